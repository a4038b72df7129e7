import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { framed, respondStatus, respondTrailersOnly } from "../../../packages/gateway/testing/grpc-sink.ts";
import type { IssuedSignal } from "../records/items-of.ts";
import {
  BOMB_BYTES,
  type Delivery,
  GARBAGE,
  partialSuccess,
  type Sink,
  type SinkBehaviour,
  SinkBooks,
  WORKER_HEADER,
} from "./sink.ts";

const SERVICES: Readonly<Record<string, IssuedSignal>> = {
  LogsService: "logs",
  TraceService: "traces",
  MetricsService: "metrics",
  ProfilesService: "profiles",
};

/** https://grpc.io/docs/guides/status-codes/ */
const OK = 0;
const UNKNOWN = 2;
const UNIMPLEMENTED = 12;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

/** What servers of gRPC say where those of HTTP say this. */
const STATUS_OF: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  404: 5, // NOT_FOUND
  413: 11, // OUT_OF_RANGE
  429: RESOURCE_EXHAUSTED,
  500: 13, // INTERNAL
  501: UNIMPLEMENTED,
  502: UNAVAILABLE,
  503: UNAVAILABLE,
  504: 4, // DEADLINE_EXCEEDED
};

/** https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling */
const THROTTLING: readonly number[] = [RESOURCE_EXHAUSTED, UNAVAILABLE];

const GRPC_HEADERS = { ":status": 200, "content-type": "application/grpc" };
const PREFIX_BYTES = 5;
const BOMB = framed(gzipSync(Buffer.alloc(BOMB_BYTES)), 1);

/** One that takes OTLP over gRPC. */
export async function startGrpcSink(): Promise<Sink> {
  const books = new SinkBooks();
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => undefined);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const from = {
      worker: String(headers[WORKER_HEADER] ?? ""),
      port: stream.session?.socket.remotePort ?? 0,
    };
    books.began(from.worker);
    stream.on("error", () => undefined);
    const { behaviour } = sink;
    const parts: Buffer[] = [];
    let read = 0;
    stream.on("data", (part: Buffer) => {
      parts.push(part);
      read += part.length;
      if (behaviour.kind === "reset" && read >= behaviour.bytes) reset(stream);
    });
    stream.on("end", () => void serve(stream, headers, from, behaviour, Buffer.concat(parts)));
  });

  async function serve(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    { worker, port }: { readonly worker: string; readonly port: number },
    behaviour: SinkBehaviour,
    body: Buffer,
  ): Promise<void> {
    if (behaviour.kind === "half_open" || stream.destroyed) return;
    if (behaviour.kind === "reset") {
      reset(stream);
      return;
    }
    if (behaviour.kind === "refuse") {
      const { status, retry_after_s } = behaviour;
      const code = STATUS_OF[status] ?? UNKNOWN;
      if (retry_after_s !== undefined && THROTTLING.includes(code)) books.askedForTime(worker, retry_after_s);
      const details = retry_after_s === undefined ? {} : retryInfo(code, retry_after_s);
      respondTrailersOnly(stream, code, details);
      return;
    }
    const signal = SERVICES[headers[":path"]?.split(/[./]/).at(-2) ?? ""];
    if (signal === undefined) {
      respondTrailersOnly(stream, UNIMPLEMENTED);
      return;
    }
    const message = body.subarray(PREFIX_BYTES, PREFIX_BYTES + body.readUInt32BE(1));
    const encoding = body[0] === 1 ? String(headers["grpc-encoding"]) : undefined;
    const delivery = books.took(signal, encoding, message, port);
    if (behaviour.kind === "slow") await new Promise((resolve) => setTimeout(resolve, behaviour.ms));
    if (!stream.destroyed) answer(behaviour, stream, delivery);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sink: Sink = {
    port: (server.address() as AddressInfo).port,
    deliveries: books.deliveries,
    requests: books.requests,
    pauses: books.pauses,
    behaviour: { kind: "up" },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
  return sink;
}

/** RST_STREAM alone: what else is under way on the connection goes on. */
function reset(stream: ServerHttp2Stream): void {
  const INTERNAL_ERROR = 2; // RFC 9113, section 7
  stream.close(INTERNAL_ERROR);
}

function answer(behaviour: SinkBehaviour, stream: ServerHttp2Stream, delivery: Delivery): void {
  switch (behaviour.kind) {
    case "take_and_reset":
      reset(stream);
      return;
    case "endless": {
      stream.respond(GRPC_HEADERS);
      const piece = Buffer.alloc(64 * 1024);
      const more = () => {
        if (!stream.destroyed) stream.write(piece, () => setImmediate(more));
      };
      more();
      return;
    }
    case "bomb":
      stream.respond({ ...GRPC_HEADERS, "grpc-encoding": "gzip" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(OK) }));
      stream.end(BOMB);
      return;
    case "garbage":
      respondStatus(stream, OK, {}, framed(GARBAGE));
      return;
    case "partial_success":
      respondStatus(stream, OK, {}, framed(partialSuccess(behaviour.rejected)));
      break;
    default:
      respondStatus(stream, OK);
  }
  stream.on("close", () => {
    if (stream.rstCode === 0) delivery.answered_ms = performance.now();
  });
}

/** `google.rpc.Status` with a `google.rpc.RetryInfo` among its details. */
function retryInfo(code: number, seconds: number): Readonly<Record<string, string>> {
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const varint = (number: number, value: number) => Buffer.from([number << 3, value]);
  const any = Buffer.concat([
    field(1, Buffer.from("type.googleapis.com/google.rpc.RetryInfo")),
    field(2, field(1, varint(1, seconds))), // retry_delay.seconds
  ]);
  const status = Buffer.concat([varint(1, code), field(3, any)]);
  return { "grpc-status-details-bin": status.toString("base64") };
}
