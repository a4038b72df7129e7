import http2, {
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

interface GrpcSinkRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Without its prefix, and decompressed. */
  readonly message: Buffer;
}

/** A gRPC server whose every frame a test decides on. */
export interface GrpcSink {
  /** `host:port` */
  readonly endpoint: string;
  readonly port: number;
  readonly requests: readonly GrpcSinkRequest[];
  /** Sessions opened to it so far. */
  readonly sessions: readonly ServerHttp2Session[];
  close(): Promise<void>;
}

/** How it answers the nth request, from 0. */
export type RespondGrpc = (stream: ServerHttp2Stream, nth: number) => void;

export interface GrpcSinkOptions {
  readonly settings?: http2.Settings;
  /** When to answer: with the headers, or once the whole request is there. */
  readonly isEarly?: boolean;
  readonly port?: number;
  /** A server with TLS, made by the test. */
  readonly server?: Http2Server;
}

const EMPTY_MESSAGE = Buffer.alloc(5);

/** A status, as gRPC servers send it once a message was there. */
export function respondStatus(
  stream: ServerHttp2Stream,
  status: number | string,
  trailers = {},
  message: Uint8Array = EMPTY_MESSAGE,
): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(status), ...trailers }));
  stream.end(message);
}

/** Trailers-Only: one frame of headers. */
export function respondTrailersOnly(stream: ServerHttp2Stream, status: number | string, headers = {}): void {
  stream.respond(
    { ":status": 200, "content-type": "application/grpc", "grpc-status": String(status), ...headers },
    { endStream: true },
  );
}

/** A message with its prefix. */
export function framed(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

export async function startGrpcSink(
  respond: RespondGrpc = (stream) => respondStatus(stream, 0),
  {
    settings,
    isEarly = false,
    port = 0,
    server = http2.createServer({ ...(settings && { settings }) }),
  }: GrpcSinkOptions = {},
): Promise<GrpcSink> {
  const requests: GrpcSinkRequest[] = [];
  const sessions: ServerHttp2Session[] = [];
  let streams = 0;
  server.on("session", (session) => {
    session.on("error", () => {});
    sessions.push(session);
  });
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const nth = streams++;
    stream.on("error", () => {});
    if (isEarly) respond(stream, nth);
    const pieces: Buffer[] = [];
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.on("end", () => {
      requests.push({
        path: headers[":path"] ?? "",
        headers,
        message: unframe(headers, Buffer.concat(pieces)),
      });
      if (!isEarly) respond(stream, nth);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    endpoint: `127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    sessions,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

function unframe(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  const message = body.subarray(5, 5 + body.readUInt32BE(1));
  if (body[0] === 0) return message;
  return headers["grpc-encoding"] === "zstd" ? zstdDecompressSync(message) : gunzipSync(message);
}
