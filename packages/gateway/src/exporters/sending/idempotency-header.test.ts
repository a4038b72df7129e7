import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countItems } from "@scrim/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { respondStatus, startGrpcSink } from "../../../testing/grpc-sink.ts";
import { requestProto } from "../../../testing/otlp.ts";
import { type Respond, type Sink, startSink } from "../../../testing/sink.ts";
import { startTestExporter } from "../../../testing/test-exporter.ts";
import { startTestGateway, type TestGatewayOptions } from "../../../testing/test-gateway.ts";
import { otlpExporter } from "../otlp/otlp-exporter.ts";
import { otlpHttpExporter } from "../otlphttp/otlphttp-exporter.ts";

const WAIT = { timeout: 60_000 };
const NAME = "idempotency-key";
/** A String of RFC 9651 without anything to escape. */
const FORM = /^"[0-9a-z.+-]+"$/;
const AGAIN = { initial_interval: "10ms", max_interval: "50ms" };
const EACH_ALONE = { batch: { min_size: "0B", flush_timeout: "0s" } };

let folder: string;
const open: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-idempotency-"));
});
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function sinkOf(respond: Respond, port?: number): Promise<Sink> {
  const sink = await startSink(respond, port);
  open.push(() => sink.close());
  return sink;
}

async function gatewayOf(options: TestGatewayOptions) {
  const gateway = await startTestGateway({
    ...options,
    service: { spool: { directory: join(folder, "spool") }, drain_timeout: "1s" },
  });
  open.push(() => gateway.shutdown());
  return gateway;
}

async function post(url: string, texts: readonly string[]): Promise<void> {
  const body = new Uint8Array(requestProto("logs", [...texts]));
  const headers = { "content-type": "application/x-protobuf" };
  const response = await fetch(`${url}/v1/logs`, { method: "POST", headers, body });
  await response.body?.cancel();
  expect(response.status).toBe(200);
}

/** Items by id; that an id stands for other items is a fault. */
function itemsById({ requests }: Pick<Sink, "requests">): ReadonlyMap<string, string> {
  const bodies = new Map<string, string>();
  for (const { headers, body } of requests) {
    const id = String(headers[NAME]);
    expect(id).toMatch(FORM);
    expect(bodies.get(id) ?? body.toString("hex")).toBe(body.toString("hex"));
    bodies.set(id, body.toString("hex"));
  }
  return bodies;
}

const to = (sink: Sink, more: object = {}) => ({
  otlphttp: { endpoint: sink.url, idempotency_header: "Idempotency-Key", retry_on_failure: AGAIN, ...more },
});

test.each(["memory", "durable"] as const)(
  "ack: %s: attempts at one request have one id, and different requests others",
  async (ack) => {
    const sink = await sinkOf((response, nth) => void response.writeHead(nth < 12 ? 503 : 200).end());
    const gateway = await gatewayOf({ ack, exporters: to(sink, { sending_queue: EACH_ALONE }) });
    await Promise.all([1, 2, 3].map((n) => post(gateway.url, [`batch ${n} of jane@example.com`])));
    await vi.waitFor(() => expect(sink.requests.length).toBe(15), WAIT);
    expect(itemsById(sink).size).toBe(3);
    for (const { headers } of sink.requests) expect(headers[NAME]).not.toContain("jane");
  },
);

test("over gRPC as well", async () => {
  const sink = await startGrpcSink((stream, nth) => respondStatus(stream, nth < 3 ? 14 : 0));
  open.push(() => sink.close());
  const gateway = await gatewayOf({
    ack: "memory",
    exporters: {
      otlp: {
        endpoint: `http://${sink.endpoint}`,
        idempotency_header: NAME,
        retry_on_failure: AGAIN,
        sending_queue: EACH_ALONE,
      },
    },
  });
  await post(gateway.url, ["one"]);
  await vi.waitFor(() => expect(sink.requests.length).toBe(4), WAIT);
  const ids = sink.requests.map(({ headers }) => String(headers[NAME]));
  expect(ids[0]).toMatch(FORM);
  expect(new Set(ids).size).toBe(1);
});

test("what is sent together or in parts has ids of its own, the same at each attempt", async () => {
  const sink = await sinkOf((response, nth) => void response.writeHead(nth % 2 === 0 ? 503 : 200).end());
  const sending_queue = { num_consumers: 1, batch: { flush_timeout: "300ms", max_size: "1KiB" } };
  const gateway = await gatewayOf({ ack: "memory", exporters: to(sink, { sending_queue }) });
  await Promise.all([1, 2, 3].map((n) => post(gateway.url, [`small ${n}`])));
  await post(
    gateway.url,
    Array.from({ length: 20 }, (_, n) => `${n} `.padEnd(200, "large ")),
  );
  const taken = () =>
    sink.requests.reduce((sum, { body }, nth) => sum + (nth % 2 === 1 ? countItems("logs", body) : 0), 0);
  await vi.waitFor(() => expect(taken()).toBe(23), WAIT);
  const ids = [...itemsById(sink).keys()];
  expect(sink.requests.length).toBe(2 * ids.length);
  expect(ids.filter((id) => id.includes("+")).length).toBeGreaterThan(2); // parts
  expect(ids.filter((id) => /\.\d+-\d+\.[0-9a-f]{32}"$/.test(id)).length).toBeGreaterThan(0); // several
});

test("a request that is refused is sent again in its batches under other ids", async () => {
  const sink = await sinkOf((response, nth) => void response.writeHead(nth === 0 ? 400 : 200).end());
  const sending_queue = { batch: { flush_timeout: "500ms" } };
  const gateway = await gatewayOf({ ack: "memory", exporters: to(sink, { sending_queue }) });
  await Promise.all([1, 2].map((n) => post(gateway.url, [`batch ${n}`])));
  await vi.waitFor(() => expect(sink.requests.length).toBe(3), WAIT);
  expect(itemsById(sink).size).toBe(3);
});

test("no header unless one is named, and none for what comes from no queue", async () => {
  const sink = await sinkOf((response) => void response.writeHead(200).end());
  const unnamed = await gatewayOf({ ack: "memory", exporters: { otlphttp: { endpoint: sink.url } } });
  await post(unnamed.url, ["a"]);
  await vi.waitFor(() => expect(sink.requests.length).toBe(1), WAIT);
  await unnamed.shutdown();
  const direct = await gatewayOf({ ack: "delivered", exporters: to(sink) });
  await post(direct.url, ["b"]);
  await vi.waitFor(() => expect(sink.requests.length).toBe(2), WAIT);
  for (const { headers } of sink.requests) expect(Object.keys(headers)).not.toContain(NAME);
});

const REFUSED = ["a b", "", "content-type", "Grpc-Timeout", "authorization", "x-id-bin", "x:y", "x\r\ny"];
test.each(REFUSED)("%j is no name for it", async (idempotency_header) => {
  for (const start of [
    startTestExporter(otlpHttpExporter, { endpoint: "http://127.0.0.1:9", idempotency_header }),
    startTestExporter(otlpExporter, { endpoint: "http://127.0.0.1:9", idempotency_header }),
  ])
    await expect(start).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

const START = join(import.meta.dirname, "../../start-gateway.ts");
const PROGRAM = `
  import { startGateway } from ${JSON.stringify(START)};
  const gateway = await startGateway({ configFile: process.argv[2] });
  console.log(gateway.endpoints["receivers.otlp"].http);
`;

/** A gateway in a process of its own, once it takes in data. */
async function spawnGateway(config: string) {
  const program = join(folder, "gateway.mjs");
  writeFileSync(program, PROGRAM);
  const flags = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, program, config], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  open.push(() => child.kill("SIGKILL"));
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (line) => resolve(String(line).trim()));
    child.once("close", () => reject(new Error("the gateway has ended")));
  });
  return {
    url: `http://${address}`,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("after a kill -9 and a restart a batch has the id that it had before", async () => {
  let isAway = true;
  const sink = await sinkOf((response) => void response.writeHead(isAway ? 503 : 200).end());
  const config = join(folder, "gateway.json");
  writeFileSync(
    config,
    JSON.stringify({
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: null },
      exporters: to(sink, { sending_queue: { ...EACH_ALONE, num_consumers: 3, adaptive: false } }),
      service: {
        extensions: [],
        telemetry: { metrics: { level: "none" } },
        spool: { directory: join(folder, "spool") },
        pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"] } },
      },
    }),
  );
  const first = await spawnGateway(config);
  for (const n of [1, 2, 3]) await post(first.url, [`batch ${n}`]);
  await vi.waitFor(() => expect(itemsById(sink).size).toBe(3), WAIT);
  await first.kill();
  const before = sink.requests.length;
  const second = await spawnGateway(config);
  await vi.waitFor(() => expect(sink.requests.length).toBeGreaterThan(before + 3), WAIT);
  isAway = false;
  await post(second.url, ["batch 4"]);
  const delivered = () => itemsById(sink).size;
  await vi.waitFor(() => expect(delivered()).toBe(4), WAIT);
  await second.kill();
}, 180_000);
