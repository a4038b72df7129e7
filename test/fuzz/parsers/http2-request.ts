import { Duplex } from "node:stream";
import { grpcListener } from "../../../packages/gateway/src/receivers/otlp/connections/grpc-listener.ts";
import { httpListener } from "../../../packages/gateway/src/receivers/otlp/connections/http-listener.ts";
import { GRPC_PATHS } from "../../../packages/gateway/src/receivers/otlp/grpc/paths.ts";
import { requestCounter } from "../../../packages/gateway/src/receivers/otlp/request-counter.ts";
import { PROTOBUF_INPUTS } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import {
  END_HEADERS,
  END_STREAM,
  FRAME_TYPES,
  frame,
  framesIn,
  mutateFrames,
  PREFACE,
} from "../mutate/frames.ts";
import { type Input, MARKER, must, type Parser, scale } from "../parser.ts";
import { openReceiver, type Transport } from "../receiver.ts";

const { DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE, GOAWAY, RST_STREAM } = FRAME_TYPES;
const LOGS = PROTOBUF_INPUTS.find(({ variant }) => variant === "logs")!.bytes;

/** Headers as HPACK has them at its simplest: each a literal, none remembered. */
function headers(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.of(0x00, name.length),
      Buffer.from(name),
      Buffer.of(value.length),
      Buffer.from(value),
    ]),
  );
}

function connection(variant: Transport, head: Buffer, body: Buffer): Input {
  const frames = [
    frame(SETTINGS, 0, 0, Buffer.alloc(0)),
    frame(HEADERS, END_HEADERS, 1, head),
    frame(DATA, END_STREAM, 1, body),
    frame(PING, 0, 0, Buffer.alloc(8, MARKER)),
    frame(WINDOW_UPDATE, 0, 0, Buffer.of(0, 0, 1, 0)),
    frame(HEADERS, END_HEADERS, 3, head),
    frame(DATA, 0, 3, body.subarray(0, 7)),
    frame(DATA, END_STREAM, 3, body.subarray(7)),
  ];
  return { variant, bytes: Buffer.concat([PREFACE, ...frames]) };
}

const PSEUDO = [
  [":method", "POST"],
  [":scheme", "http"],
  [":authority", "a"],
] as const;
const SEEDS = [
  connection(
    "grpc",
    headers([
      ...PSEUDO,
      [":path", GRPC_PATHS.logs],
      ["content-type", "application/grpc"],
      ["grpc-timeout", "9S"],
    ]),
    Buffer.concat([Buffer.of(0, 0, 0, LOGS.length >> 8, LOGS.length & 0xff), LOGS]),
  ),
  connection(
    "http",
    headers([...PSEUDO, [":path", "/v1/logs"], ["content-type", "application/x-protobuf"]]),
    LOGS,
  ),
  connection("http", headers([...PSEUDO, [":path", `/${MARKER}`], ["x-note", MARKER]]), Buffer.alloc(9)),
];

/** One in so many looks whether what has ended is forgotten: that takes turns of the loop. */
const FORGOTTEN_EVERY = 200;

/** Frames of HTTP/2 from the first byte of a connection: frames come back, or it ends; nothing of it stays. */
export const http2Request: Parser = {
  name: "http2-request",
  covers: "the OTLP receiver over HTTP/2, of gRPC and of HTTP: frames, header blocks, streams, their order",
  goal: 1_000_000,
  short: 600,
  seeds: SEEDS,
  mutators: [mutateFrames, mutateFrames, mutateFrames, mutateBytes],
  quotesNothing: true,
  open() {
    const receiver = openReceiver();
    const { current, peers, metrics, servers } = receiver;
    const { protocols, limits } = current.config;
    const gate = (transport: Transport) => ({
      peers,
      counter: requestCounter("otlp", transport, metrics),
      limits: () => limits,
    });
    const listeners = {
      grpc: grpcListener(() => protocols.grpc!, undefined, gate("grpc"), servers.grpc),
      http: httpListener(() => protocols.http!, undefined, gate("http"), servers.http),
    };
    let runs = 0;
    return {
      async run({ variant, bytes }) {
        const peer = new PeerConnection();
        listeners[variant as Transport].server.emit("connection", peer);
        const answer = await peer.converse(bytes);
        must(!answer.includes(MARKER), "no answer quotes a request");
        if (++runs % FORGOTTEN_EVERY === 0) {
          const { admission } = receiver;
          for (let turn = 0; turn < TURNS_MAX && peers.connections + admission.takenBytes > 0; turn++)
            await nextTurn();
          must(peers.connections === 0, "a connection that has ended is forgotten");
          must(admission.takenBytes === 0, "what requests took is given back");
        }
        return described(answer);
      },
    };
  },
};

/** Turns without a byte, after which nothing more is expected. */
const TURNS_QUIET = 8;
const TURNS_MAX = 400;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The server's end of a connection. */
class PeerConnection extends Duplex {
  readonly #written: Buffer[] = [];

  constructor() {
    super({ allowHalfOpen: true });
    this.on("error", () => {});
  }

  async converse(bytes: Buffer): Promise<Buffer> {
    this.push(bytes);
    await this.#quiet();
    this.push(null);
    await this.#quiet();
    this.destroy();
    return Buffer.concat(this.#written);
  }

  async #quiet(): Promise<void> {
    let [pieces, quiet] = [this.#written.length, 0];
    for (let turn = 0; turn < TURNS_MAX && quiet < TURNS_QUIET && !this.destroyed; turn++) {
      await nextTurn();
      quiet = this.#written.length === pieces ? quiet + 1 : 0;
      pieces = this.#written.length;
    }
  }

  override _read(): void {}

  override _write(piece: Buffer, _: string, done: () => void): void {
    this.#written.push(Buffer.from(piece));
    done();
  }
}

/** Frames by type, and by what an error or a head begins with. Of HTTP/1.1, which the other port speaks too, the status. */
function described(answer: Buffer): string {
  if (answer.subarray(0, 5).equals(Buffer.from("HTTP/"))) return answer.toString("latin1", 9, 12);
  const frames = framesIn(answer, 0);
  const seen = frames.map(({ type, payload }) => {
    if (type === GOAWAY || type === RST_STREAM) return `${type}:${payload.at(type === GOAWAY ? 7 : 3)}`;
    return type === HEADERS ? `${type}:${payload[0]}` : `${type}`;
  });
  return `${scale(frames.length)} ${[...new Set(seen)].join()}`;
}
