/** A destination in a process of its own: takes everything, counts it, and says what it has when asked. */
import { createServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import type { Protocol } from "./load-request.ts";
import { numbersIn } from "./numbered-request.ts";

export interface SinkTask {
  readonly protocol: Protocol;
  /** Whether it looks for the numbers of records. */
  readonly numbered: boolean;
}

/** Whether all records of these requests arrived. */
export interface SinkQuestion {
  readonly requests: readonly number[];
  readonly records: number;
}

export interface SinkCount {
  readonly requests: number;
  readonly bytes: number;
  /** Numbered records, each once. */
  readonly records: number;
  /** Times that a numbered record came again. */
  readonly repeated: number;
  /** Records of the requests asked for that did not arrive. */
  readonly missing: number;
}

const count = { requests: 0, bytes: 0, records: 0, repeated: 0 };
const seen = new Uint8Array(1 << 27); // a bit a record: a thousand million of them
const CLEAR_TEXT = Buffer.from("customer@shop.example");

function isSeen(number: number): boolean {
  return ((seen[number >>> 3]! >> (number & 7)) & 1) === 1;
}

function take(body: Buffer, numbered: boolean): void {
  count.requests++;
  count.bytes += body.length;
  if (!numbered) return;
  if (body.includes(CLEAR_TEXT)) throw new Error("what is to be redacted arrived");
  for (const number of numbersIn(body)) {
    if (isSeen(number)) count.repeated++;
    else count.records++;
    seen[number >>> 3]! |= 1 << (number & 7);
  }
}

function serve({ protocol, numbered }: SinkTask): void {
  const server: Server = protocol === "http" ? httpSink(numbered) : grpcSink(numbered);
  server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
}

function httpSink(numbered: boolean): Server {
  return createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      take(Buffer.concat(parts), numbered);
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
}

const EMPTY_MESSAGE = Buffer.alloc(5);

function grpcSink(numbered: boolean): Server {
  const server = createHttp2Server({ settings: { initialWindowSize: 4 << 20 } });
  server.on("session", (session) => session.setLocalWindowSize(16 << 20));
  server.on("stream", (stream: ServerHttp2Stream) => {
    const parts: Buffer[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      take(Buffer.concat(parts), numbered);
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(EMPTY_MESSAGE);
    });
  });
  return server;
}

function answer({ requests, records }: SinkQuestion): SinkCount {
  let missing = 0;
  for (const request of requests)
    for (let nth = 0; nth < records; nth++) if (!isSeen(request * records + nth)) missing++;
  return { ...count, missing };
}

process.on("message", (message: SinkTask | SinkQuestion) => {
  if ("protocol" in message) serve(message);
  else process.send!(answer(message));
});
process.on("disconnect", () => process.exit());
