import { connect, type IncomingHttpHeaders } from "node:http2";
import { FieldWalker } from "@scrim/wire";

export interface GrpcAnswer {
  readonly headers: IncomingHttpHeaders;
  /** Undefined where the headers ended the stream. */
  readonly trailers: IncomingHttpHeaders | undefined;
  /** `grpc-status`, wherever it stood. */
  readonly status: number;
  readonly message: string;
  readonly body: Buffer;
  /** Types of the details of `grpc-status-details-bin`. */
  readonly details: readonly string[];
  readonly rst: number | undefined;
}

export interface GrpcCall {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** As it is sent, with its prefix. In several pieces if there are several. */
  readonly body?: Buffer | readonly Buffer[];
  /** Whether the stream stays open behind the body. */
  readonly open?: boolean;
  readonly method?: string;
}

/** A message with its prefix. */
export function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** One call on a connection of its own. */
export async function grpcCall(port: number, call: GrpcCall): Promise<GrpcAnswer> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  try {
    return await callOn(session, call);
  } finally {
    session.destroy();
  }
}

export function callOn(session: ReturnType<typeof connect>, call: GrpcCall): Promise<GrpcAnswer> {
  const { path, headers = {}, body = [], open = false, method = "POST" } = call;
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": method,
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    let first: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | undefined;
    const received: Buffer[] = [];
    stream.on("response", (headers) => {
      first = headers;
    });
    stream.on("trailers", (headers) => {
      trailers = headers;
    });
    stream.on("data", (piece: Buffer) => received.push(piece));
    stream.on("error", (error) => (first[":status"] === undefined ? reject(error) : undefined));
    stream.on("close", () => {
      const told = { ...first, ...trailers };
      resolve({
        headers: first,
        trailers,
        status: Number(told["grpc-status"] ?? -1),
        message: decodeURIComponent(String(told["grpc-message"] ?? "")),
        body: Buffer.concat(received),
        details: detailsOf(told["grpc-status-details-bin"]),
        rst: stream.rstCode,
      });
    });
    const sent: readonly Buffer[] = Buffer.isBuffer(body) ? [body] : body;
    for (const piece of sent) stream.write(piece);
    if (!open) stream.end();
  });
}

function detailsOf(header: string | string[] | undefined): readonly string[] {
  if (typeof header !== "string") return [];
  const bytes = Buffer.from(header, "base64");
  const types: string[] = [];
  const walker = new FieldWalker();
  walker.enter(bytes, 0, bytes.length);
  while (walker.next()) {
    if (walker.field !== 3) continue;
    const any = new FieldWalker();
    any.enter(bytes, walker.start, walker.end);
    while (any.next()) if (any.field === 1) types.push(bytes.toString("utf8", any.start, any.end));
  }
  return types;
}
