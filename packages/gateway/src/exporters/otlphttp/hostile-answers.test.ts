import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { Opened } from "../../../testing/opened.ts";
import { type Respond, startSink } from "../../../testing/sink.ts";
import { startByteServer, startTcpProxy } from "../../../testing/tcp-proxy.ts";
import { startTestExporter, type TestExporter } from "../../../testing/test-exporter.ts";
import { judgeResponse } from "./judge-response.ts";
import { otlpHttpExporter } from "./otlphttp-exporter.ts";

/** What each answer that a destination can give means for the batch, and that none does harm. */

const opened = new Opened();
afterEach(() => opened.closeAll());

async function startExporter(endpoint: string, config: object = {}): Promise<TestExporter> {
  return opened.add(await startTestExporter(otlpHttpExporter, { endpoint, ...config }), (one) =>
    one.shutdown(),
  );
}

async function startPair(respond: Respond, config?: object) {
  const sink = opened.add(await startSink(respond), (one) => one.close());
  return { sink, exporter: await startExporter(sink.url, config) };
}

const DELIVERED = { status: "delivered", rejected: 0 };
const NOW = Date.parse("2026-08-22T10:00:00Z");

const RETRY_AFTERS: readonly [header: string | undefined, ms: number][] = [
  [undefined, 0],
  ["7", 7_000],
  ["Sat, 22 Aug 2026 10:00:07 GMT", 7_000],
  ["99999999999999", 0],
  ["9999999999", 300_000],
  ["Sat, 22 Aug 2999 10:00:00 GMT", 300_000],
  ["-1", 0],
  ["7, 8", 0],
  ["soon", 0],
];
const STATUSES = Array.from({ length: 500 }, (_, index) => 100 + index);

test.each(RETRY_AFTERS)(
  "75, 76: each status from 100 to 599 with Retry-After %j",
  (retryAfter, retry_after_ms) => {
    for (const status of STATUSES) {
      const response = { status, retryAfter, contentType: "text/html", body: Buffer.alloc(0) };
      const expected =
        200 <= status && status < 300
          ? DELIVERED
          : [429, 502, 503, 504].includes(status)
            ? {
                status: "failed",
                retryable: true,
                reason: "unavailable",
                detail: `HTTP ${status}`,
                retry_after_ms,
              }
            : {
                status: "failed",
                retryable: false,
                reason: 300 <= status && status < 400 ? "redirected" : "refused",
                detail: `HTTP ${status}`,
              };
      expect(judgeResponse(response, NOW), String(status)).toEqual(expected);
    }
  },
);

test("75, 79, 81: each status from 200 to 599, on the wire: one request for each, and none anywhere else", async () => {
  const elsewhere = opened.add(await startSink(), (one) => one.close());
  const statuses = STATUSES.slice(100);
  const { sink, exporter } = await startPair((response, nth) => {
    response.writeHead(statuses[nth]!, { location: `${elsewhere.url}/` }).end();
  });
  for (const status of statuses) {
    const { status: outcome } = await exporter.attempt();
    expect([status, outcome]).toEqual([status, status < 300 ? "delivered" : "failed"]);
  }
  expect([sink.requests.length, elsewhere.requests.length]).toEqual([statuses.length, 0]);
  expect(sink.connections()).toBe(1);
});

test("a server that would rather speak something else is no destination", async () => {
  const switching = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
  const server = opened.add(
    await startByteServer((socket) => socket.once("data", () => socket.write(switching))),
    (one) => one.close(),
  );
  const exporter = await startExporter(server.url);
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: false, reason: "refused" });
});

const PARTIAL: readonly [name: string, type: string, message: string, rejected: number][] = [
  ["that rejects two", "application/x-protobuf", "0a020802", 2],
  ["that is empty", "application/x-protobuf", "0a00", 0],
  ["with a warning alone", "application/x-protobuf", "0a0312016f", 0],
  ["that rejects less than nothing", "application/x-protobuf", "0a0b08feffffffffffffffff01", 0],
  ["that is cut off", "application/x-protobuf", "0a0508", 0],
  ["of another type", "text/plain", "0a020802", 0],
];
test.each(PARTIAL)("45, 46, 47: a partial success %s", async (_, type, message, rejected) => {
  const { exporter } = await startPair((response) =>
    response.writeHead(200, { "content-type": type }).end(Buffer.from(message, "hex")),
  );
  expect(await exporter.attempt()).toEqual({ status: "delivered", rejected });
});

const SUCCESSES: readonly [what: string, type: string | undefined, body: string, isPage: boolean][] = [
  ["nothing", undefined, "", false],
  ["nothing, said to be a page", "text/html", "", false],
  ["JSON", "application/json", "{}", false],
  ["a word", "text/plain; charset=utf-8", "ok", false],
  ["a page", "text/html", "<!doctype html><p>Log in", true],
  ["a page with its encoding", "Text/HTML; charset=utf-8", "<p>", true],
  ["a page of XHTML", "application/xhtml+xml", "<p/>", true],
];
test.each(SUCCESSES)(
  "a success with %s is one unless it is a page for people",
  async (_, type, body, isPage) => {
    const { exporter } = await startPair((response) =>
      response.writeHead(200, type === undefined ? {} : { "content-type": type }).end(body),
    );
    const page = {
      status: "failed",
      retryable: true,
      reason: "not_otlp",
      detail: "HTTP 200 with a page of HTML",
    };
    expect(await exporter.attempt()).toEqual(isPage ? page : DELIVERED);
  },
);

test("36, 37: envelopes without items are not sent", async () => {
  const { sink, exporter } = await startPair((response) => void response.end());
  expect(await exporter.attempt({ bytes: Buffer.from("0a021200", "hex") })).toEqual(DELIVERED);
  expect(sink.connections()).toBe(0);
});

test("78: a connection that is reset at any byte of the answer may be tried again", async () => {
  const partial = Buffer.from("0a020802", "hex");
  const sink = opened.add(
    await startSink((response) => {
      const headers = { "content-type": "application/x-protobuf", "content-length": partial.length };
      response.writeHead(200, headers).end(partial);
    }),
    (one) => one.close(),
  );
  const whole = opened.add(await startTcpProxy(sink.port), (one) => one.close());
  const first = await startExporter(whole.url);
  expect(await first.attempt()).toEqual({ status: "delivered", rejected: 2 });
  const bytes = whole.answered();
  for (let cut = 0; cut <= bytes; cut++) {
    const proxy = opened.add(await startTcpProxy(sink.port, cut), (one) => one.close());
    const exporter = await startExporter(proxy.url);
    const result = await exporter.attempt({ timeLeftMs: 10_000 });
    if (cut === bytes) expect(result).toEqual({ status: "delivered", rejected: 2 });
    else expect([cut, result]).toEqual([cut, expect.objectContaining({ status: "failed", retryable: true })]);
    await exporter.shutdown();
  }
});

test("29: what a failure says besides its status is not waited for", async () => {
  const { sink, exporter } = await startPair((response) => {
    response.on("error", () => {});
    response.writeHead(503, { "content-encoding": "gzip" });
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on("drain", pour);
    pour();
  });
  const result = {
    status: "failed",
    retryable: true,
    reason: "unavailable",
    detail: "HTTP 503",
    retry_after_ms: 0,
  };
  expect([await exporter.attempt(), await exporter.attempt()]).toEqual([result, result]);
  expect(sink.connections()).toBe(2);
});

const SUCCESS = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\n";
const gzip = gzipSync(Buffer.from("0a020802", "hex"));
const ANSWERS: readonly [name: string, answer: Buffer | string, result: object][] = [
  [
    "headers of a megabyte",
    `HTTP/1.1 200 OK\r\nx: ${"a".repeat(1e6)}\r\n\r\n`,
    { retryable: false, reason: "response_too_large" },
  ],
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", { retryable: true, reason: "protocol_error" }],
  [
    "a length that is none",
    `${SUCCESS}content-length: -1\r\n\r\n`,
    { retryable: true, reason: "protocol_error" },
  ],
  [
    "two lengths",
    `${SUCCESS}content-length: 1\r\ncontent-length: 2\r\n\r\nx`,
    { retryable: true, reason: "protocol_error" },
  ],
  [
    "a chunk that is none",
    `${SUCCESS}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    { retryable: true, reason: "unreachable" },
  ],
  [
    "an encoding nobody knows",
    `${SUCCESS}content-encoding: br\r\ncontent-length: 1\r\n\r\nx`,
    { retryable: false, reason: "response_unreadable" },
  ],
  [
    "gzip that is none",
    `${SUCCESS}content-encoding: gzip\r\ncontent-length: 1\r\n\r\nx`,
    { retryable: false, reason: "response_unreadable" },
  ],
  [
    "a length over the limit",
    `${SUCCESS}content-length: 99\r\n\r\n${"x".repeat(99)}`,
    { retryable: false, reason: "response_too_large" },
  ],
  [
    "less than it announces",
    `${SUCCESS}content-length: 10\r\n\r\nx`,
    { retryable: true, reason: "unreachable" },
  ],
  [
    "gzip though nobody asked",
    Buffer.concat([
      Buffer.from(`${SUCCESS}content-encoding: gzip\r\ncontent-length: ${gzip.length}\r\n\r\n`),
      gzip,
    ]),
    { status: "delivered", rejected: 2 },
  ],
];
test.each(ANSWERS)("29: an answer of %s", async (_, answer, result) => {
  const server = opened.add(
    await startByteServer((socket) => socket.once("data", () => socket.end(answer))),
    (one) => one.close(),
  );
  const exporter = await startExporter(server.url, { max_response_body_size: 50 });
  expect(await exporter.attempt()).toMatchObject(result);
});

test("a slow answer is given up when the time is up, and may be tried again", async () => {
  const { exporter } = await startPair((response) => {
    response.writeHead(200);
    const drip = setInterval(() => (response.destroyed ? clearInterval(drip) : response.write("x")), 50);
  });
  const result = await exporter.attempt({ timeLeftMs: 300 });
  expect(result).toEqual({ status: "failed", retryable: true, reason: "timeout" });
});

test("80: an abort behind the answer costs no connection", async () => {
  const { sink, exporter } = await startPair((response, nth) => {
    response.writeHead(nth % 2 === 0 ? 503 : 200, { "content-type": "text/plain" });
    response.write("a");
    setTimeout(() => response.end("b"), 20);
  });
  for (let nth = 0; nth < 6; nth++) {
    const aborted = new AbortController();
    const { status } = await exporter.attempt({ aborted: aborted.signal });
    aborted.abort();
    expect(status).toBe(nth % 2 === 0 ? "failed" : "delivered");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect([sink.requests.length, sink.connections()]).toEqual([6, 1]);
});

test("an attempt that nobody waits for any more ends", async () => {
  const { sink, exporter } = await startPair(() => {});
  const aborted = new AbortController();
  const result = exporter.attempt({ aborted: aborted.signal });
  await expect.poll(() => sink.requests.length).toBe(1);
  aborted.abort();
  expect(await result).toEqual({ status: "failed", retryable: true, reason: "stopped" });
});

test("any bytes for an answer: an attempt ends with a result", async () => {
  let answer: Buffer = Buffer.alloc(0);
  const server = opened.add(
    await startByteServer((socket) => socket.once("data", () => socket.end(answer))),
    (one) => one.close(),
  );
  const exporter = await startExporter(server.url, { max_response_body_size: 100 });
  const header = fc.constantFrom(
    "content-length: 4",
    "transfer-encoding: chunked",
    "content-encoding: gzip",
    "retry-after: 1",
    "connection: close",
    "",
  );
  const structured = fc
    .tuple(
      fc.integer({ min: 0, max: 999 }),
      fc.array(header, { maxLength: 3 }),
      fc.uint8Array({ maxLength: 60 }),
    )
    .map(([status, headers, body]) =>
      Buffer.concat([
        Buffer.from(
          [`HTTP/1.1 ${status} x`, "content-type: application/x-protobuf", ...headers, "", ""].join("\r\n"),
        ),
        body,
      ]),
    );
  const anything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(fc.oneof(structured, anything), async (bytes) => {
      answer = bytes;
      const result = await exporter.attempt({ timeLeftMs: 5_000 });
      expect(["delivered", "failed"]).toContain(result.status);
    }),
    { numRuns: 500 },
  );
});
