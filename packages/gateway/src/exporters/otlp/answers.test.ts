import http2 from "node:http2";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { GrpcOpened } from "../../../testing/grpc-pair.ts";
import { framed, respondStatus, respondTrailersOnly } from "../../../testing/grpc-sink.ts";
import { requestProto } from "../../../testing/otlp.ts";
import { GRPC_STATUSES } from "./grpc-status.ts";

/** What each answer that a server can give means for the batch. */

const opened = new GrpcOpened();
afterEach(() => opened.closeAll());

const RETRYABLE = ["cancelled", "deadline_exceeded", "aborted", "out_of_range", "unavailable", "data_loss"];

/** google.rpc.Status{details: [Any{type_url, value: RetryInfo}]}, for a RetryInfo in hex. */
function details(retryInfo: string, type = "type.googleapis.com/google.rpc.RetryInfo"): Buffer {
  const field = (number: number, payload: Buffer) =>
    Buffer.concat([Buffer.of((number << 3) | 2, payload.length), payload]);
  const any = [field(1, Buffer.from(type)), field(2, Buffer.from(retryInfo, "hex"))];
  return field(3, Buffer.concat(any));
}

const base64 = (bytes: Buffer) => bytes.toString("base64");
const THREE_AND_A_HALF_S = "0a0808031080cab5ee01"; // 3 s and 500,000,000 ns

const DETAILS: readonly [name: string, header: string | undefined, delayMs: number | undefined][] = [
  ["no details", undefined, undefined],
  ["3.5 s", base64(details(THREE_AND_A_HALF_S)), 3_500],
  ["3.5 s without padding", base64(details(THREE_AND_A_HALF_S)).replace(/=+$/, ""), 3_500],
  ["nothing but the type", base64(details("")), 0],
  ["zero", base64(details("0a00")), 0],
  ["less than nothing", base64(details("0a0b08ffffffffffffffffff01")), 0],
  ["290 billion years", base64(details("0a0a08ffffffffffffffff7f")), 300_000],
  [
    "other details",
    base64(details(THREE_AND_A_HALF_S, "type.googleapis.com/google.rpc.BadRequest")),
    undefined,
  ],
  ["a name that ends alike", base64(details(THREE_AND_A_HALF_S, "x/not.google.rpc.RetryInfo")), undefined],
  ["RetryInfo that is cut off", base64(details("0a08")), undefined],
  ["no base64", "~~~", undefined],
  ["no protobuf", base64(Buffer.from("hello")), undefined],
];

const TABLE = GRPC_STATUSES.flatMap((status, code) =>
  DETAILS.map(([name, header, delayMs]) => [code, status, name, header, delayMs] as const),
);
test.each(TABLE)("54, 55, 56, 57: %i (%s) with %s", async (code, status, _, header, delayMs) => {
  const metadata = header === undefined ? {} : { "grpc-status-details-bin": header };
  for (const respond of [respondStatus, respondTrailersOnly]) {
    const { sink, exporter } = await opened.grpcPair((stream) => respond(stream, code, metadata));
    const retryable =
      RETRYABLE.includes(status) || (status === "resource_exhausted" && delayMs !== undefined);
    expect(await exporter.attempt()).toEqual(
      status === "ok"
        ? { status: "delivered", rejected: 0 }
        : { status: "failed", retryable, reason: status, ...(retryable && { retry_after_ms: delayMs ?? 0 }) },
    );
    expect(sink.requests).toHaveLength(1);
  }
});

test.each(["17", "99", "-1", "+0", "0x0", " 0", "00", "zero", ""])(
  "a status of %j is none",
  async (status) => {
    const { exporter } = await opened.grpcPair((stream) => respondStatus(stream, status));
    const result = await exporter.attempt();
    // "00" is zero for gRPC's own libraries; the rest never means success.
    if (status === "00") expect(result.status).toBe("delivered");
    else expect(result).toEqual({ status: "failed", retryable: false, reason: "unknown" });
  },
);

const OF_HTTP = { 400: "internal", 401: "unauthenticated", 403: "permission_denied", 404: "unimplemented" };
const UNAVAILABLE = [429, 502, 503, 504];
const HTTP_STATUSES = Array.from({ length: 400 }, (_, index) => 200 + index).filter(
  (status) => status !== 200,
);
test("81: an answer without gRPC is judged by its HTTP status, whatever it says else", async () => {
  const { sink, exporter } = await opened.grpcPair((stream, nth) => {
    const location = "http://127.0.0.1:1/";
    stream.respond({ ":status": HTTP_STATUSES[nth]!, "content-type": "text/html", location });
    stream.end("<html>");
  });
  for (const status of HTTP_STATUSES) {
    const reason = (OF_HTTP as Record<number, string>)[status] ?? "unknown";
    expect(await exporter.attempt(), String(status)).toEqual(
      UNAVAILABLE.includes(status)
        ? { status: "failed", retryable: true, reason: "unavailable", retry_after_ms: 0 }
        : { status: "failed", retryable: false, reason },
    );
  }
  expect(sink.requests).toHaveLength(HTTP_STATUSES.length);
});

test("a proxy that fails in gRPC's words is heard", async () => {
  const { exporter } = await opened.grpcPair((stream) => {
    stream.respond(
      { ":status": 404, "content-type": "application/grpc", "grpc-status": "14" },
      { endStream: true },
    );
  });
  expect(await exporter.attempt()).toMatchObject({ retryable: true, reason: "unavailable" });
});

test("a proxy's Retry-After is heard", async () => {
  const { exporter } = await opened.grpcPair((stream) => {
    stream.respond({ ":status": 503, "retry-after": "7" }, { endStream: true });
  });
  expect(await exporter.attempt()).toMatchObject({ retryable: true, retry_after_ms: 7_000 });
});

test.each(["text/html", "application/json", "application/grpcish", ""])(
  "a type of %j is not gRPC",
  async (type) => {
    const { exporter } = await opened.grpcPair((stream, nth) => {
      const headers = { ":status": 200, "content-type": type, "grpc-status": "0" };
      stream.respond(headers, { endStream: nth > 0 });
      if (nth === 0) stream.end("hello");
    });
    const refused = { status: "failed", retryable: false, reason: "unknown" };
    expect([await exporter.attempt(), await exporter.attempt()]).toEqual([refused, refused]);
  },
);

const RESETS: readonly [name: string, code: number, reason: string, retryable: boolean][] = [
  ["PROTOCOL_ERROR", 1, "internal", false],
  ["INTERNAL_ERROR", 2, "internal", false],
  ["FLOW_CONTROL_ERROR", 3, "internal", false],
  ["REFUSED_STREAM", 7, "unavailable", true],
  ["CANCEL", 8, "cancelled", true],
  ["ENHANCE_YOUR_CALM", 11, "resource_exhausted", false],
  ["INADEQUATE_SECURITY", 12, "permission_denied", false],
  ["HTTP_1_1_REQUIRED", 13, "internal", false],
];
test.each(RESETS)("a stream that is reset with %s", async (_, code, reason, retryable) => {
  const { exporter } = await opened.grpcPair((stream) => stream.close(code));
  const retry = retryable && { retry_after_ms: 0 };
  expect(await exporter.attempt()).toEqual({ status: "failed", retryable, reason, ...retry });
});

test("an answer that ends without a status is none", async () => {
  const { exporter } = await opened.grpcPair((stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    stream.end(framed(Buffer.alloc(0)));
  });
  expect(await exporter.attempt()).toEqual({ status: "failed", retryable: false, reason: "unknown" });
});

test("a server that has enough before it has all is believed", async () => {
  const { exporter } = await opened.grpcPair(
    (stream) => respondTrailersOnly(stream, 8),
    { compression: "none" },
    { isEarly: true },
  );
  const large = requestProto("logs", ["x".repeat(3_000_000)]);
  expect(await exporter.attempt({ bytes: large })).toMatchObject({
    retryable: false,
    reason: "resource_exhausted",
  });
});

/** An answer that never ends, or claims too much. */
function respondBytes(stream: http2.ServerHttp2Stream, first: Buffer, more?: Buffer, headers = {}): void {
  stream.respond(
    { ":status": 200, "content-type": "application/grpc", ...headers },
    { waitForTrailers: true },
  );
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.write(first);
  if (more === undefined) {
    stream.end();
    return;
  }
  const pour = () => {
    while (!stream.destroyed && !stream.closed && stream.write(more));
  };
  stream.on("drain", pour);
  pour();
}

const BOMB = gzipSync(Buffer.alloc(10_000_000));
const HOSTILE: readonly [name: string, reason: string, respond: (stream: http2.ServerHttp2Stream) => void][] =
  [
    ["announces 4 GiB", "response_too_large", (s) => respondBytes(s, framed(Buffer.alloc(0), 0, 0xffffffff))],
    [
      "announces a byte too much",
      "response_too_large",
      (s) => respondBytes(s, framed(Buffer.alloc(0), 0, 1024 * 1024 + 1)),
    ],
    [
      "never ends",
      "response_unreadable",
      (s) => respondBytes(s, framed(Buffer.alloc(10)), Buffer.alloc(65_536)),
    ],
    [
      "is a bomb",
      "response_too_large",
      (s) => respondBytes(s, framed(BOMB, 1), undefined, { "grpc-encoding": "gzip" }),
    ],
    ["has an unknown flag", "response_unreadable", (s) => respondBytes(s, framed(Buffer.alloc(1), 2))],
    [
      "is two messages",
      "response_unreadable",
      (s) => respondBytes(s, Buffer.concat([framed(Buffer.of(8)), framed(Buffer.of(8))])),
    ],
    ["is compressed without saying how", "response_unreadable", (s) => respondBytes(s, framed(BOMB, 1))],
    [
      "is compressed in a way nobody knows",
      "response_unreadable",
      (s) => respondBytes(s, framed(BOMB, 1), undefined, { "grpc-encoding": "br" }),
    ],
  ];
test.each(HOSTILE)("29: an answer that %s is cut off, and final", async (_, reason, respond) => {
  const { sink, exporter } = await opened.grpcPair(respond, { max_response_body_size: "1MiB" });
  expect(await exporter.attempt()).toEqual({ status: "failed", retryable: false, reason });
  expect(sink.requests).toHaveLength(1);
});

test.each([40_000, 70_000, 200_000, 1024 * 1024])(
  "31: %i bytes of status details are not read, and final",
  async (size) => {
    for (const respond of [respondStatus, respondTrailersOnly]) {
      const { exporter } = await opened.grpcPair(
        (stream) => respond(stream, 14, { "grpc-status-details-bin": "A".repeat(size) }),
        {},
        { server: http2.createServer({ maxSendHeaderBlockLength: 4 * 1024 * 1024 }) },
      );
      expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: false });
    }
  },
);

test("31: a thousand headers are not read, and final", async () => {
  const headers = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`x-${n}`, "1"]));
  const { exporter } = await opened.grpcPair((stream) => respondTrailersOnly(stream, 0, headers));
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: false });
});

test("a slow answer is given up when the time is up, and may be tried again", async () => {
  const { exporter } = await opened.grpcPair((stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    const drip = setInterval(
      () => (stream.destroyed ? clearInterval(drip) : stream.write(Buffer.alloc(1))),
      50,
    );
  });
  expect(await exporter.attempt({ timeLeftMs: 300 })).toEqual({
    status: "failed",
    retryable: true,
    reason: "timeout",
  });
});
