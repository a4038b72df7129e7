import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";
import { startGateway } from "@scrim/gateway";
import { PROTOBUF_INPUTS } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateLines } from "../mutate/lines.ts";
import { wordsOf } from "../mutate/words.ts";
import { type Input, MARKER, must, type Parser, scale } from "../parser.ts";

const LOGS = PROTOBUF_INPUTS.find(({ variant }) => variant === "logs")!.bytes;

function request(head: string, body: Uint8Array = Buffer.alloc(0)): Input {
  const length = head.includes("chunked") ? "" : `Content-Length: ${body.length}\r\n`;
  return { variant: "http", bytes: Buffer.concat([Buffer.from(`${head}\r\n${length}\r\n`), body]) };
}

const chunked = Buffer.from('2\r\n{"\r\n10;x=y\r\nresourceLogs":[]}\r\n0\r\nX-Trailer: 1\r\n\r\n');

const WORDS = [
  ..."GET|POST|HEAD|OPTIONS|CONNECT|PRI|TRACE|* HTTP/2.0|HTTP/1.0|HTTP/0.9|HTTP/1.1 |/v1/logs|/v1/traces|/../|/%00".split(
    "|",
  ),
  ..."?x=y|http://x/v1/logs|//|:443|Content-Length: 0|Content-Length: -1|Content-Length: 5, 5|0x5|+1|1e3".split(
    "|",
  ),
  ..."99999999999999999999|Transfer-Encoding: chunked|Transfer-Encoding: gzip, chunked|identity|Expect: 100-continue".split(
    "|",
  ),
  ..."Expect: x|Connection: close|Connection: upgrade|Upgrade: h2c|HTTP2-Settings: AAMAAABk|Content-Encoding: gzip".split(
    "|",
  ),
  ..."zstd|deflate|br|gzip, gzip|application/json|application/x-protobuf|__proto__: x|constructor: x|Host: x".split(
    "|",
  ),
  ...[
    "\r\n",
    "\r",
    "\n",
    "\0",
    ": ",
    "\t",
    "\r\n ",
    `${"a".repeat(17_000)}`,
    "ffffffffffffffff\r\n",
    "-1\r\n",
    MARKER,
  ],
];

const PIPELINE = { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" };

const CONFIG = {
  receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0", max_request_body_size: "64KiB" } } } },
  processors: { policy: {} },
  exporters: { debug: { verbosity: "basic" } },
  service: {
    extensions: [],
    telemetry: { metrics: { level: "none" } },
    pipelines: { logs: PIPELINE, traces: PIPELINE, metrics: PIPELINE, profiles: PIPELINE },
  },
};

/** What comes in at a receiver's port, from its first byte: an answer of our table or a closed connection. */
export const httpRequest: Parser = {
  name: "http-request",
  covers: "the OTLP receiver over HTTP/1.1: heads, bodies by length and in chunks, several requests",
  goal: 1_000_000,
  short: 1_000,
  seeds: [
    request("POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf", LOGS),
    request(
      "POST /v1/traces?a=b HTTP/1.1\r\nHost: a\r\nContent-Type: application/json;charset=utf-8",
      Buffer.from("{}"),
    ),
    request(
      "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked",
      chunked,
    ),
    request(
      "POST /v1/metrics HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\nExpect: 100-continue",
      gzipSync(""),
    ),
    request(`GET /v1/${MARKER} HTTP/1.1\r\nHost: ${MARKER}\r\nX-Note: ${MARKER}`),
  ],
  mutators: [mutateLines, mutateLines, wordsOf(WORDS), mutateBytes],
  quotesNothing: true,
  async open() {
    const gateway = await startGateway({
      config: CONFIG,
      log: { info: () => {}, warn: () => {} },
      print: () => {}, // what is kept would count as a leak
    });
    const server = await serverAt(`http://${gateway.endpoints["receivers.otlp"]!.http}`);
    subscribe(STARTED, noteStarted);
    let executed = 0;
    return {
      async run({ bytes }) {
        const statuses = await converse(server, bytes);
        for (const status of statuses) must(STATUSES.has(status), `an answer of our table, not ${status}`);
        if (++executed % 500 === 0)
          must(!gateway.metrics.exposition().includes(MARKER), "no metric quotes a request");
        return `${statuses.slice(0, STATUSES_SEEN)} ${scale(statuses.length)}`;
      },
      async close() {
        unsubscribe(STARTED, noteStarted);
        await gateway.shutdown();
      },
    };
  },
};

/** Node tells here of each request that it has read the head of. */
const STARTED = "http.server.request.start";

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: unknown;
  readonly server: Server;
}

function noteStarted(message: unknown): void {
  const started = message as Started;
  if (started.socket instanceof Connection) started.socket.started.push(started);
}

/** Of many answers on one connection, the first so many tell inputs apart. */
const STATUSES_SEEN = 4;

const STATUSES = new Set([100, 200, 400, 404, 405, 408, 413, 415, 417, 431, 500, 503]);

/** The server itself, so that connections need no ports: it tells of itself at its first request. */
async function serverAt(url: string): Promise<Server> {
  let server: Server | undefined;
  const listener = (message: unknown) => {
    server = (message as Started).server;
  };
  subscribe(STARTED, listener);
  await (await fetch(url)).arrayBuffer();
  unsubscribe(STARTED, listener);
  return server!;
}

/** Turns of the event loop in which what was sent is read, and what is refused is answered. */
const TURNS = 4;
/** Looks at a request that is being worked on: turns of the loop at first, then a millisecond each. */
const LOOKS_MAX = 3_000;
const TURNS_MAX = 50;

/** Sends bytes, ends where nothing more is to come, and reads the statuses of the answers. */
async function converse(server: Server, bytes: Buffer): Promise<number[]> {
  const connection = new Connection();
  server.emit("connection", connection);
  connection.push(bytes);
  await connection.turns(TURNS);
  for (let look = 0; connection.owesAnswer; look++) {
    must(look < LOOKS_MAX, "a whole request gets an answer");
    await new Promise((resolve) => (look < TURNS_MAX ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
  connection.push(null);
  await connection.turns(TURNS);
  connection.destroy();
  return connection.statuses();
}

/** The end of a connection that a server has, with what it was sent and what it wrote. */
class Connection extends Duplex {
  readonly started: Started[] = [];
  readonly #written: Buffer[] = [];

  constructor() {
    super({ allowHalfOpen: true });
    this.on("error", () => {});
  }

  /** Whether a request that came whole has no answer yet. */
  get owesAnswer(): boolean {
    if (this.destroyed || this.writableEnded) return false;
    return this.started.some(({ request, response }) => request.complete && !response.writableFinished);
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count && !this.destroyed; turn++) await new Promise(setImmediate);
  }

  override _read(): void {}

  override _write(piece: Buffer, _: string, done: () => void): void {
    this.#written.push(Buffer.from(piece));
    done();
  }

  statuses(): number[] {
    const text = Buffer.concat(this.#written).toString("latin1");
    must(!text.includes(MARKER), "no answer quotes a request");
    return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }
}
