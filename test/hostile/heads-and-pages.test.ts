import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestProto } from "../../packages/gateway/testing/otlp.ts";
import { sendRaw } from "../../packages/gateway/testing/raw-http.ts";
import { readCorpus } from "../fuzz/corpus.ts";
import { MARKER } from "../fuzz/parser.ts";
import {
  type AttackedGateway,
  CAN_MEASURE,
  expectBounded,
  portOf,
  post,
  startAttacked,
  statusOf,
} from "./attacked-gateway.ts";

const TYPE = { "content-type": "application/x-protobuf" };
const GOOD = requestProto("logs");

/** A request with one more line in its head, as it is. */
const withLine = (line: string) =>
  Buffer.concat([
    Buffer.from(
      `POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${GOOD.length}\r\n${line}\r\n\r\n`,
      "latin1",
    ),
    GOOD,
  ]);

const many = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\r\n");

const HEADS: readonly (readonly [
  name: string,
  request: Buffer,
  statuses: readonly (number | undefined)[],
])[] = [
  ["a CR inside a value", withLine(`X-A: ${MARKER}\rX-B: c`), [400]],
  ["an LF inside a value", withLine(`X-A: ${MARKER}\nX-B: c`), [400, 200]],
  ["a NUL inside a value", withLine(`X-A: ${MARKER}\0`), [400]],
  ["a NUL inside a name", withLine(`X\0A: ${MARKER}`), [400]],
  ["a name with a blank", withLine(`X A: ${MARKER}`), [400]],
  ["a line without a colon", withLine(MARKER), [400]],
  ["a line that is folded", withLine(`X-A: a\r\n ${MARKER}`), [400, 200]],
  ["a header named __proto__", withLine(`__proto__: ${MARKER}`), [200]],
  [
    "headers named like an object's own",
    withLine(`constructor: ${MARKER}\r\ntoString: a\r\nhasOwnProperty: b`),
    [200],
  ],
  ["a value of 15,000 bytes", withLine(`X-A: ${MARKER.repeat(1_600)}`), [200]],
  ["a value of 17,000 bytes", withLine(`X-A: ${"a".repeat(17_000)}`), [431]],
  ["3,000 headers", withLine(many(3_000, (n) => `a${n}:`)), [431, 200]],
  [
    "a path of 17,000 bytes",
    Buffer.from(`POST /${"a".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`),
    [431, 404],
  ],
  [
    "a path with the data's escapes",
    Buffer.from(`GET /%0d%0a${MARKER}%1b[31m HTTP/1.1\r\nHost: a\r\n\r\n`),
    [404],
  ],
  ["escapes of a terminal", withLine(`X-A: \x1b[2J${MARKER}`), [200, 400]],
  ["two Content-Lengths", withLine(`Content-Length: ${GOOD.length + 1}`), [400]],
  ["two Content-Lengths that agree", withLine(`Content-Length: ${GOOD.length}`), [400, 200]],
  ["two Content-Types", withLine("Content-Type: application/json"), [415]],
  ["a Transfer-Encoding beside the length", withLine("Transfer-Encoding: chunked"), [400]],
  ["a Transfer-Encoding in disguise", withLine("Transfer-Encoding: xchunked"), [400, 200]],
  [
    "an upgrade to HTTP/2",
    withLine("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
    [200, 400, undefined],
  ],
  ["the preface of HTTP/2", Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), [400, 405, undefined]],
  [
    "contexts that no propagator should read",
    withLine(
      `traceparent: 00-${"a".repeat(8_000)}\r\nbaggage: ${many(400, (n) => `k${n}=v`).replaceAll("\r\n", ",")}`,
    ),
    [200],
  ],
];

/** What Prometheus and probes ask for; anything else is a short refusal. */
const PAGES: readonly (readonly [name: string, request: string])[] = [
  ["a URL that is none", "GET http://[::1/metrics HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a URL of two", "GET //metrics//..//%2e%2e/ HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["half an escape", "GET /metrics%E0%A4%A HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["no URL", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["no host", "GET /metrics HTTP/1.1\r\n\r\n"],
  ["a host that is none", "GET /metrics HTTP/1.1\r\nHost: [\r\n\r\n"],
  ["names of an object's own", "GET /constructor HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["__proto__", "GET /__proto__ HTTP/1.1\r\nHost: a\r\n__proto__: a\r\n\r\n"],
  ["another method", `DELETE /metrics HTTP/1.1\r\nHost: a\r\n\r\n`],
  ["CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["an upgrade", "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"],
  ["an expectation", "GET /metrics HTTP/1.1\r\nHost: a\r\nExpect: everything\r\n\r\n"],
  [
    "a body of chunks",
    `POST /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n${"a".repeat(100_000)}`,
  ],
  ["a head of 17,000 bytes", `GET /metrics?${"a".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ["nothing that is HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"],
  ["an answer", "HTTP/1.1 200 OK\r\n\r\n"],
];

describe.skipIf(!CAN_MEASURE)("a gateway in a process of its own", { timeout: 300_000 }, () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await startAttacked();
  }, 300_000);
  afterAll(() => gateway.stop());

  test.for(HEADS)("8: %s", async ([, request, statuses]) => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => sendRaw(gateway.port, [request, "\r\n\r\n"])),
    );
    for (const answer of answers) {
      expect(statuses).toContain(statusOf(answer));
      for (const { headers, body } of answer) expect(`${[...headers]} ${body}`).not.toContain(MARKER);
    }
    await gateway.expectUnharmed();
  });

  test.for(
    ["metrics", "extensions.health_check"].flatMap((server) =>
      PAGES.map((page) => [server, ...page] as const),
    ),
  )("44902: %s: %s", async ([server, , request]) => {
    const port = portOf(gateway.process, server);
    const cost = await gateway.measure(async () => {
      for (let round = 0; round < 5; round++) await sendRaw(port, [request, "\r\n\r\n"]);
    });
    expectBounded(cost, gateway);
    expect((await fetch(`http://${gateway.process.addresses.get("metrics")}/metrics`)).status).toBe(200);
    await gateway.expectUnharmed();
  });

  test("45678: every input of the corpus of http-request, on each port", async () => {
    const ports = ["receivers.otlp", "metrics", "extensions.health_check"].map((name) =>
      portOf(gateway.process, name),
    );
    const corpus = readCorpus("http-request");
    expect(corpus.length).toBeGreaterThan(3);
    for (const { bytes } of corpus)
      for (const port of ports) await sendRaw(port, [bytes, "\r\n\r\n\r\n\r\n"]);
    await gateway.expectUnharmed();
  });

  test("47108: no label and no series comes from what clients send", async () => {
    const seriesOf = (text: string) => text.split("\n").filter((line) => /^\w/.test(line)).length;
    for (const [, request] of HEADS) await sendRaw(gateway.port, [request, "\r\n\r\n"]);
    const before = seriesOf(await gateway.metrics());
    for (let n = 0; n < 200; n++) {
      const headers = { ...TYPE, "user-agent": `${MARKER}${n}`, [`x-${n}`]: MARKER, host: `${MARKER}${n}` };
      await sendRaw(gateway.port, [post(requestProto("logs", [`${MARKER} ${n}`]), headers)]);
      await sendRaw(gateway.port, [post(GOOD, headers, `/v1/${MARKER}${n}`)]);
    }
    expect(seriesOf(await gateway.metrics())).toBe(before);
    await gateway.expectUnharmed();
  });
});
