import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipelineMetrics } from "@scrim/pipeline";
import { countItems } from "@scrim/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decodeStatus } from "../testing/decode-status.ts";
import { requestProto } from "../testing/otlp.ts";
import { type Respond, type Sink, startSink } from "../testing/sink.ts";
import { startTestGateway, type TestGateway, type TestGatewayOptions } from "../testing/test-gateway.ts";
import { startGateway } from "./start-gateway.ts";

/** What `ack` promises, on real gateways before real destinations. */

const WAIT_MS = 30_000;
const MIB = 2 ** 20;
const FAST = { initial_interval: "10ms", max_interval: "50ms" };
const AT_ONCE = { batch: { flush_timeout: "10ms" } };

let folder: string;
const open: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-ack-"));
});

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function sinkOf(respond?: Respond, port?: number): Promise<Sink> {
  const sink = await startSink(respond, port);
  open.push(() => sink.close());
  return sink;
}

async function gatewayOf(options: TestGatewayOptions): Promise<TestGateway> {
  const gateway = await startTestGateway({
    ...options,
    service: { spool: { directory: join(folder, "spool") }, drain_timeout: "5s", ...options.service },
  });
  open.push(() => gateway.shutdown());
  return gateway;
}

const to = (sink: Sink, more: object = {}) => ({
  endpoint: sink.url,
  compression: "none",
  retry_on_failure: FAST,
  sending_queue: AT_ONCE,
  ...more,
});

async function post(url: string, texts: readonly string[]): Promise<number> {
  const headers = { "content-type": "application/x-protobuf" };
  const body = new Uint8Array(requestProto("logs", [...texts]));
  const response = await fetch(`${url}/v1/logs`, { method: "POST", headers, body });
  await response.body?.cancel();
  return response.status;
}

const itemsAt = ({ requests }: Sink) => requests.reduce((sum, { body }) => sum + countItems("logs", body), 0);

function queueOf({ metrics }: TestGateway) {
  const exporter = { exporter: "otlphttp" };
  return {
    size: metrics.value(pipelineMetrics.EXPORTER_QUEUE_SIZE, exporter),
    capacity: metrics.value(pipelineMetrics.EXPORTER_QUEUE_CAPACITY, exporter),
  };
}

const unavailable: Respond = (response) => void response.writeHead(503).end();

test("38, 120: durable: what was acknowledged while the destination was away arrives once, redacted, after a restart", async () => {
  const away = await sinkOf(unavailable);
  const exporters = { otlphttp: to(away) };
  const first = await gatewayOf({ ack: "durable", exporters });
  for (let n = 0; n < 5; n++) expect(await post(first.url, [`from jane${n}@example.com`, "plain"])).toBe(200);
  await vi.waitFor(() => expect(away.requests.length).toBeGreaterThan(2), WAIT_MS);
  expect(first.metrics.value(pipelineMetrics.PIPELINE_QUEUED_ITEMS, { pipeline: "logs" })).toBe(10);
  expect(first.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "otlphttp" })).toBe(10);
  const queued = queueOf(first);
  expect(queued.size).toBeGreaterThan(5 * requestProto("logs", ["plain"]).length);
  expect(queued.size).toBeLessThan(queued.capacity);
  await first.shutdown();
  await away.close();
  expect(filesUnder(join(folder, "spool"))).not.toContain("@example.com");

  const back = await sinkOf(undefined, away.port);
  const second = await gatewayOf({ ack: "durable", exporters });
  await vi.waitFor(() => expect(itemsAt(back)).toBe(10), WAIT_MS);
  const bodies = back.requests.map(({ body }) => body.toString("latin1")).join("");
  expect([bodies.includes("@example.com"), bodies.includes("[REDACTED:email]")]).toEqual([false, true]);
  await vi.waitFor(
    () =>
      expect(second.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "otlphttp" })).toBe(0),
    WAIT_MS,
  );
  expect(queueOf(second)).toEqual({ size: 0, capacity: queued.capacity });
  await second.shutdown();
  const third = await gatewayOf({ ack: "durable", exporters });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await third.shutdown();
  expect(itemsAt(back)).toBe(10);
});

test("117: of two destinations the one that is away costs the other nothing, and gets all when it is back", async () => {
  let isAway = true;
  const here = await sinkOf();
  const away = await sinkOf((response) => void response.writeHead(isAway ? 503 : 200).end());
  const gateway = await gatewayOf({
    ack: "durable",
    exporters: { otlphttp: to(here), "otlphttp/away": to(away, { compression: "gzip" }) },
  });
  for (let n = 0; n < 20; n++) expect(await post(gateway.url, ["a", "b"])).toBe(200);
  await vi.waitFor(() => expect(itemsAt(here)).toBe(40), WAIT_MS);
  const waiting = (exporter: string) =>
    gateway.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter });
  expect(waiting("otlphttp/away")).toBe(40);
  isAway = false;
  const tried = itemsAt(away);
  await vi.waitFor(() => expect(waiting("otlphttp/away")).toBe(0), WAIT_MS);
  expect(itemsAt(away) - tried).toBeLessThanOrEqual(40);
  expect(gateway.metrics.value(pipelineMetrics.EXPORTER_SENT.logs, { exporter: "otlphttp/away" })).toBe(40);
});

test("74: a request that the spool never has room for is refused for good, and one that finds none now is not", async () => {
  const away = await sinkOf(unavailable);
  const gateway = await gatewayOf({
    ack: "durable",
    exporters: { otlphttp: to(away) },
    limits: { max_in_flight_size: "64MiB" },
    service: { spool: { directory: join(folder, "spool"), max_size: "16MiB" } },
  });
  const answerTo = async (bytes: number) => {
    const body = new Uint8Array(
      requestProto(
        "logs",
        Array.from({ length: bytes / 1_024 }, () => "o ".repeat(512)),
      ),
    );
    const headers = { "content-type": "application/x-protobuf" };
    const response = await fetch(`${gateway.url}/v1/logs`, { method: "POST", headers, body });
    const { message } = decodeStatus(undefined, Buffer.from(await response.arrayBuffer()));
    return [response.status, response.headers.has("retry-after"), message];
  };
  const tooLarge = [413, false, "the request is larger than half of the gateway's spool [TOO_LARGE]"];
  expect(await answerTo(9 * MIB)).toEqual(tooLarge);
  for (let n = 0; n < 2; n++) await answerTo(6 * MIB);
  expect(await answerTo(6 * MIB)).toEqual([
    503,
    true,
    "there is no room to keep the request; send it again later",
  ]);
  expect(await answerTo(9 * MIB)).toEqual(tooLarge);
}, 60_000);

test("56: what is refused for good is kept with the dead letters, redacted, and nothing waits for it", async () => {
  const sink = await sinkOf((response, nth) => void response.writeHead(nth === 0 ? 400 : 200).end());
  const gateway = await gatewayOf({ ack: "durable", exporters: { otlphttp: to(sink) } });
  expect(await post(gateway.url, ["from jane@example.com"])).toBe(200);
  const dead = { exporter: "otlphttp", reason: "refused" };
  await vi.waitFor(
    () => expect(gateway.metrics.value(pipelineMetrics.EXPORTER_DEAD_LETTERED_ITEMS, dead)).toBe(1),
    WAIT_MS,
  );
  expect(await post(gateway.url, ["b"])).toBe(200);
  await vi.waitFor(() => expect(sink.requests).toHaveLength(2), WAIT_MS);
  const letters = filesUnder(join(folder, "spool"), "dead-letters");
  expect([letters.includes("[REDACTED:email]"), letters.includes("jane@")]).toEqual([true, false]);
});

test("memory: a client is answered at once, and what waits gets its time at the end", async () => {
  const answers: (() => void)[] = [];
  const sink = await sinkOf((response) => void answers.push(() => response.writeHead(200).end()));
  const gateway = await gatewayOf({ ack: "memory", exporters: { otlphttp: to(sink) } });
  expect(await post(gateway.url, ["a", "b"])).toBe(200);
  await vi.waitFor(() => expect(answers).toHaveLength(1), WAIT_MS);
  expect(await post(gateway.url, ["c"])).toBe(200);
  const stopped = gateway.shutdown();
  await vi.waitFor(() => {
    for (const answer of answers.splice(0)) answer();
    expect(itemsAt(sink)).toBe(3);
  }, WAIT_MS);
  const timer = setInterval(() => {
    for (const answer of answers.splice(0)) answer();
  }, 10);
  await stopped;
  clearInterval(timer);
  expect(gateway.metrics.value(pipelineMetrics.EXPORTER_SENT.logs, { exporter: "otlphttp" })).toBe(3);
  expect(readdirSync(folder)).toEqual([]);
});

test("119: memory: what can't be delivered in its time at the end is dropped and counted", async () => {
  const sink = await sinkOf(unavailable);
  const gateway = await gatewayOf({
    ack: "memory",
    exporters: { otlphttp: to(sink) },
    service: { drain_timeout: "200ms" },
  });
  expect(await post(gateway.url, ["a", "b"])).toBe(200);
  await gateway.shutdown();
  const dropped = { exporter: "otlphttp", reason: "shutdown" };
  expect(gateway.metrics.value(pipelineMetrics.EXPORTER_DROPPED_ITEMS, dropped)).toBe(2);
  expect(gateway.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "otlphttp" })).toBe(0);
});

test("74: a queue that is full is a client's to try again, and nothing of it is kept", async () => {
  const sink = await sinkOf(unavailable);
  const gateway = await gatewayOf({
    ack: "memory",
    exporters: { otlphttp: to(sink, { sending_queue: { ...AT_ONCE, queue_size: "1KiB" } }) },
    service: { drain_timeout: "100ms" },
  });
  expect(await post(gateway.url, ["a"])).toBe(200);
  expect(await post(gateway.url, ["b"])).toBe(503);
  const failed = gateway.metrics.value(pipelineMetrics.EXPORTER_ENQUEUE_FAILED.logs, {
    exporter: "otlphttp",
  });
  expect([
    failed,
    gateway.metrics.value(pipelineMetrics.PIPELINE_FAILED_ITEMS, { pipeline: "logs" }),
  ]).toEqual([1, 1]);
});

test("a durable pipeline does not start where its spool can't be opened", async () => {
  const exporters = { debug: {} };
  writeFileSync(join(folder, "file"), "");
  const service = { spool: { directory: join(folder, "file", "spool") } };
  const start = gatewayOf({ ack: "durable", exporters, service });
  await expect(start).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  await expect(
    gatewayOf({ ack: "durable", exporters, service: { spool: { directry: "x" } } }),
  ).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "service.spool",
  });
});

test("after a reload what waits in memory goes where the exporter now points", async () => {
  const [old, next] = [await sinkOf(unavailable), await sinkOf()];
  const configOf = (sink: Sink) => ({
    receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
    processors: { policy: {} },
    exporters: { otlphttp: to(sink) },
    service: {
      extensions: [],
      telemetry: { metrics: { level: "none" } },
      pipelines: {
        logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "memory" },
      },
    },
  });
  const gateway = await startGateway({ config: configOf(old), log: { info: () => {}, warn: () => {} } });
  open.push(() => gateway.shutdown());
  expect(await post(`http://${gateway.endpoints["receivers.otlp"]!.http}`, ["a", "b"])).toBe(200);
  await vi.waitFor(() => expect(old.requests.length).toBeGreaterThan(1), WAIT_MS);
  expect((await gateway.reload(configOf(next))).status).toBe("in_force");
  await vi.waitFor(() => expect(itemsAt(next)).toBe(2), WAIT_MS);
  expect(gateway.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "otlphttp" })).toBe(0);
});

/** The text of all files under a folder, or of those whose path has a part in it. */
function filesUnder(path: string, part = ""): string {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => file.includes(part))
    .map((file) => readFileSync(file, "latin1"))
    .join("");
}
