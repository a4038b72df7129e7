import { connect } from "node:net";

export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/**
 * Sends bytes to a server as they are, in pieces if several are given, and reads the responses until there are
 * `count`, or the server closes the connection.
 */
export async function sendRaw(
  port: number,
  pieces: readonly (string | Uint8Array)[],
  count = 1,
): Promise<RawResponse[]> {
  const socket = connect(port, "127.0.0.1");
  let received: Buffer = Buffer.alloc(0);
  const done = new Promise<RawResponse[]>((resolve) => {
    const settle = () => {
      socket.destroy();
      resolve(parseResponses(received));
    };
    socket.on("data", (piece) => {
      received = Buffer.concat([received, piece as Buffer]);
      if (parseResponses(received).length >= count) settle();
    });
    socket.on("close", settle);
    socket.on("error", settle);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 5)); // so that pieces arrive as pieces
  }
  return await done;
}

/** A request with these headers; Content-Length is added for the body unless something about length is said. */
export function rawRequest(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = Buffer.alloc(0),
  method = "POST",
): Buffer {
  const named = Object.keys(headers).map((name) => name.toLowerCase());
  const said = named.includes("content-length") || named.includes("transfer-encoding");
  const all = { host: "gateway", ...headers, ...(said ? {} : { "content-length": String(body.length) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`), body]);
}

function parseResponses(bytes: Buffer): RawResponse[] {
  const responses: RawResponse[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end < 0) return responses;
    const [statusLine = "", ...lines] = bytes.toString("latin1", at, end).split("\r\n");
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const bodyEnd = end + 4 + Number(headers.get("content-length") ?? 0);
    if (bodyEnd > bytes.length) return responses;
    const status = Number(statusLine.split(" ")[1]);
    responses.push({ status, headers, body: bytes.subarray(end + 4, bodyEnd) });
    at = bodyEnd;
  }
}
