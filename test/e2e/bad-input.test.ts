import { gzipSync } from "node:zlib";
import { type Gateway, startGateway } from "@scrim/gateway";
import { jsonToProto, protoToJson } from "@scrim/wire";
import { afterEach, expect, test } from "vitest";
import { len } from "../leak/plant.ts";
import { type Sink, startSink } from "./sink.ts";

let sink: Sink;
let gateway: Gateway | undefined;

async function start(exporter: object = {}, receiver: object = {}): Promise<string> {
  sink = await startSink();
  const pipeline = { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "delivered" };
  gateway = await startGateway({
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0", ...receiver } } } },
      processors: { policy: {} },
      exporters: { otlphttp: { endpoint: sink.url, ...exporter } },
      service: { extensions: [], telemetry: { metrics: { level: "none" } }, pipelines: { logs: pipeline } },
    },
  });
  return `http://${gateway.endpoints["receivers.otlp"]!.http}/v1/logs`;
}

afterEach(async () => {
  await gateway?.shutdown();
  await sink.close();
});

const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const post = (url: string, headers: Record<string, string>, body: Buffer | string) =>
  fetch(url, { method: "POST", headers, body: typeof body === "string" ? body : new Uint8Array(body) });

test("malformed protobuf: 400, a Status with the byte offset, nothing forwarded", async () => {
  const response = await post(await start(), PROTOBUF, Buffer.from([0x0a, 0x05, 0x12, 0x7f]));
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toBe("application/x-protobuf");
  expect(Buffer.from(await response.arrayBuffer()).toString("latin1")).toMatch(/byte \d+/);
  expect(sink.received).toEqual([]);
});

test("malformed JSON: 400, a Status in JSON that quotes nothing, nothing forwarded", async () => {
  const response = await post(await start(), JSON_TYPE, '{"resourceLogs": [{"jane@leak.example" }]}');
  expect(response.status).toBe(400);
  const status = (await response.json()) as { code: number; message: string };
  expect(status.code).toBe(3);
  expect(JSON.stringify(status)).not.toContain("jane");
  expect(sink.received).toEqual([]);
});

test("over the limit, also only when decompressed: 413, nothing forwarded", async () => {
  const url = await start({}, { max_request_body_size: "64KiB" });
  const big = Buffer.alloc(65 * 1024);
  expect((await post(url, PROTOBUF, big)).status).toBe(413);
  expect(
    (await post(url, { ...PROTOBUF, "content-encoding": "gzip" }, gzipSync(Buffer.alloc(10_000_000)))).status,
  ).toBe(413);
  expect(sink.received).toEqual([]);
});

test("108: one bad value among 2,000 records: that value is withheld, the rest is delivered", async () => {
  const url = await start();
  const good = Array.from({ length: 2000 }, (_, n) => ({
    timeUnixNano: String(n + 1),
    body: { stringValue: `record ${n}` },
  }));
  const request = jsonToProto(
    "logs",
    Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: good }] }] })),
  );
  // A record whose body is no UTF-8, beside the others.
  const invalid = Buffer.from([0x6a, 0x61, 0xff, 0x6e, 0x65]);
  const bad = len(1, len(2, len(2, len(5, len(1, invalid)))));
  expect((await post(url, PROTOBUF, Buffer.concat([request, bad]))).status).toBe(200);
  const [{ body }] = sink.received as unknown as [{ body: Buffer }];
  expect(body.includes(invalid)).toBe(false);
  const delivered = protoToJson("logs", body);
  expect(delivered).toContain('"stringValue":"[WITHHELD:utf8]"');
  for (const n of [0, 1, 999, 1999]) expect(delivered).toContain(`"record ${n}"`);
});

test("73, 74: an unreachable sink: tried again for up to 5 s, then 503 with Retry-After, nothing acknowledged", async () => {
  const url = await start();
  sink.status = 503;
  const started = performance.now();
  const response = await post(
    url,
    JSON_TYPE,
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}',
  );
  const elapsedMs = performance.now() - started;
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(elapsedMs).toBeGreaterThan(1000);
  expect(elapsedMs).toBeLessThan(8000);
  expect(sink.received).toEqual([]);
});

test("a sink that comes back while the gateway tries again gets the batch once, and the client its 200", async () => {
  const url = await start();
  sink.status = 503;
  setTimeout(() => {
    sink.status = 200;
  }, 600);
  const response = await post(
    url,
    JSON_TYPE,
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}',
  );
  expect(response.status).toBe(200);
  expect(sink.received).toHaveLength(1);
});
