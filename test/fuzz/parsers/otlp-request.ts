import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Batch } from "@scrim/pipeline";
import { countItems } from "@scrim/wire";
import { parseRetryInfo } from "../../../packages/gateway/src/exporters/otlp/retry-info.ts";
import { decodeRejected } from "../../../packages/gateway/src/otlp/export-response.ts";
import { GRPC_PATHS, HEALTH_PATH } from "../../../packages/gateway/src/receivers/otlp/grpc/paths.ts";
import type { IncomingRequest } from "../../../packages/gateway/src/receivers/otlp/incoming-request.ts";
import { REFUSALS } from "../../../packages/gateway/src/receivers/otlp/refusal.ts";
import type { Reply } from "../../../packages/gateway/src/receivers/otlp/reply.ts";
import { JSON_INPUTS, PROTOBUF_INPUTS } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateCompressed } from "../mutate/compressed.ts";
import { mutateJson } from "../mutate/json.ts";
import { mutateLines } from "../mutate/lines.ts";
import { cut, type Mutator } from "../mutate/mutator.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { wordsOf } from "../mutate/words.ts";
import { type Input, MARKER, must, type Parser, scale } from "../parser.ts";
import { openReceiver, type Transport } from "../receiver.ts";

const HEADERS_BYTES_MAX = 8 * 1024;
const PREFIX_BYTES = 5;
const HEAD_ENDS = Buffer.from("\n\n");

/** Method and path, a line for each header, a line that is empty, then the body. */
function request(variant: Transport, head: string, body: Uint8Array): Input {
  return { variant, bytes: Buffer.concat([Buffer.from(head), HEAD_ENDS, body]) };
}

function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const LOGS_SERVICE = "opentelemetry.proto.collector.logs.v1.LogsService";
const LOGS = PROTOBUF_INPUTS.find(({ variant }) => variant === "logs")!.bytes;
const GRPC = "content-type: application/grpc\nte: trailers";
const SEEDS: readonly Input[] = [
  ...PROTOBUF_INPUTS.map(({ variant, bytes }) =>
    request("grpc", `POST ${GRPC_PATHS[variant as keyof typeof GRPC_PATHS]}\n${GRPC}`, framed(bytes)),
  ),
  request(
    "grpc",
    `POST ${GRPC_PATHS.logs}\n${GRPC}\ngrpc-encoding: gzip\ngrpc-timeout: 10S`,
    framed(gzipSync(LOGS), 1),
  ),
  request(
    "grpc",
    `POST ${GRPC_PATHS.logs}\n${GRPC}\ngrpc-encoding: zstd\nx-note-bin: ${MARKER}`,
    framed(zstdCompressSync(LOGS), 1),
  ),
  request(
    "grpc",
    `POST ${HEALTH_PATH}\n${GRPC}`,
    framed(Buffer.concat([Buffer.of(0x0a, LOGS_SERVICE.length), Buffer.from(LOGS_SERVICE)])),
  ),
  request("grpc", `POST ${HEALTH_PATH}\n${GRPC}`, framed(Buffer.alloc(0))),
  ...JSON_INPUTS.map(({ variant, bytes }) =>
    request("http", `POST /v1/${variant}\ncontent-type: application/json`, bytes),
  ),
  request(
    "http",
    "POST /v1/logs\ncontent-type: application/x-protobuf\ncontent-encoding: gzip",
    gzipSync(LOGS),
  ),
  request(
    "http",
    "OPTIONS /v1/logs\norigin: https://app.example\naccess-control-request-method: POST",
    Buffer.alloc(0),
  ),
];

const WORDS = [
  ..."GET|POST|OPTIONS|/v1/logs|/v1/traces|?x=y|//|application/grpc|application/grpc+proto|application/grpc+json|application/grpc;x=y|application/grpc-web".split(
    "|",
  ),
  ..."application/json|application/x-protobuf|gzip|zstd|deflate|identity|br|gzip, gzip|GZIP".split("|"),
  ..."grpc-encoding: gzip|grpc-timeout: 1n|0u|00000000H|99999999H|100000000S|-1S|1.5S|1s|1 S|9m".split("|"),
  ..."content-length: 5|content-length: 99999999|content-length: -1|0x5|origin: null|origin: https://evil.example|__proto__: x|constructor: x".split(
    "|",
  ),
  ...Object.values(GRPC_PATHS),
  HEALTH_PATH,
  MARKER,
  "a".repeat(9_000),
  "x: y\n".repeat(150),
];

/** A mutator for what stands behind the head; of a message behind a prefix, the prefix is mostly made to fit. */
function inBody(mutate: Mutator): Mutator {
  return (bytes, random, donor) => {
    const at = bytes.indexOf(HEAD_ENDS) + HEAD_ENDS.length;
    if (at < HEAD_ENDS.length) return mutateBytes(bytes, random, donor);
    const [head, body] = [bytes.subarray(0, at), bytes.subarray(at)];
    const isFramed = head.includes("application/grpc") && body.length >= PREFIX_BYTES && !random.oneIn(10);
    const start = isFramed ? PREFIX_BYTES : 0;
    const others = donor.subarray(donor.indexOf(HEAD_ENDS) + HEAD_ENDS.length + start);
    const changed = mutate(body.subarray(start), random, others);
    return cut(Buffer.concat([head, isFramed ? framed(changed, body[0]) : changed]));
  };
}

/** A mutator for what stands before the body. */
function inHead(mutate: Mutator): Mutator {
  return (bytes, random, donor) => {
    const at = bytes.indexOf(HEAD_ENDS);
    if (at < 0) return mutateBytes(bytes, random, donor);
    return cut(
      Buffer.concat([
        mutate(bytes.subarray(0, at), random, donor.subarray(0, Math.max(0, donor.indexOf(HEAD_ENDS)))),
        bytes.subarray(at),
      ]),
    );
  };
}

/** One request behind its protocol: one answer, which clients can read and which quotes nothing, and everything given back. */
export const otlpRequest: Parser = {
  name: "otlp-request",
  covers:
    "`requestServer` over gRPC and HTTP: heads, prefixes, timeouts, pieces, inflation, limits, health, answers",
  goal: 1_000_000,
  short: 5_000,
  seeds: SEEDS,
  mutators: [
    inHead(mutateLines),
    inHead(wordsOf(WORDS)),
    inBody(mutateProtobuf),
    inBody(mutateCompressed),
    inBody(mutateJson),
    mutateBytes,
  ],
  quotesNothing: true,
  open() {
    const receiver = openReceiver();
    return {
      async run({ variant, bytes }) {
        const transport = variant as Transport;
        const replies: Reply[] = [];
        await receiver.servers[transport](requestOf(bytes, (reply) => replies.push(reply)));
        const [reply] = replies;
        must(reply !== undefined && replies.length === 1, "a request gets one answer");
        must(receiver.admission.takenBytes === 0, "what a request took is given back");
        const batch = receiver.taken();
        if (batch !== undefined)
          must(batch.items === countItems(batch.signal, batch.bytes), "items are counted as they are");
        return transport === "grpc" ? readGrpc(reply, bytes, batch) : readHttp(reply);
      },
    };
  },
};

/** In pieces of a size that the input's length tells. */
function requestOf(bytes: Buffer, send: (reply: Reply) => void): IncomingRequest {
  const end = bytes.indexOf(HEAD_ENDS);
  const [first = "", ...lines] = bytes.toString("latin1", 0, end < 0 ? bytes.length : end).split("\n");
  const [method = "", target = ""] = first.split(" ");
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon < 0 ? [] : [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const body = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + HEAD_ENDS.length);
  const size = bytes.length % 3 === 0 ? Math.max(1, body.length) : 1 + (bytes.length % 200);
  const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, n) =>
    body.subarray(n * size, (n + 1) * size),
  );
  return {
    method,
    target,
    headers,
    body: Readable.from(pieces, { objectMode: false }),
    peer: { address: undefined, certificate: undefined },
    isWhole: () => bytes.length % 50 > 0,
    proceed() {},
    send,
  };
}

function readGrpc(
  { status, headers, body, trailers }: Reply,
  bytes: Buffer,
  batch: Batch | undefined,
): string {
  const all: Readonly<Record<string, string>> = { ...headers, ...trailers };
  const code = Number(all["grpc-status"]);
  checkHeaders(all);
  must([200, 405, 415].includes(status), "a status of HTTP that gRPC has");
  must(Number.isInteger(code) && 0 <= code && code <= 16, "a code of gRPC");
  must((code === 0) === (trailers !== undefined), "success has trailers, all else is told at once");
  if (code !== 0) must(body.length === 0, "who is refused gets no message");
  else {
    must(
      body.readUInt32BE(1) === body.length - PREFIX_BYTES && body[0] === 0,
      "a message stands behind its prefix",
    );
    decodeRejected(body.subarray(PREFIX_BYTES));
    const at = bytes.indexOf(HEAD_ENDS) + HEAD_ENDS.length;
    if (batch !== undefined && bytes[at] === 0)
      must(batch.bytes.equals(bytes.subarray(at + PREFIX_BYTES)), "what is passed on is what was sent");
  }
  const delayMs = parseRetryInfo(all["grpc-status-details-bin"]);
  must((delayMs !== undefined) === (code === UNAVAILABLE), "who may try again is told when");
  return `${code} ${all["grpc-message"] ?? ""}`.replace(/\d+/g, (digits) => String(scale(Number(digits))));
}

const UNAVAILABLE = 14;

const STATUSES = new Set<number>([200, 204, ...Object.values(REFUSALS).map(({ http }) => http)]);

function readHttp({ status, headers, body }: Reply): string {
  checkHeaders(headers);
  must(STATUSES.has(status), "a status of our table");
  must(!body.includes(MARKER), "no answer quotes a request");
  return `${status} ${headers["content-type"]} ${scale(body.length)}`;
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  let length = 0;
  for (const [name, value] of Object.entries(headers)) {
    length += name.length + value.length;
    must(/^[\x20-\x7e]*$/.test(value), "a header is printable");
    must(!decodeURIComponentSafely(value).includes(MARKER), "no answer quotes a request");
  }
  must(length <= HEADERS_BYTES_MAX, "headers of an answer are short");
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
