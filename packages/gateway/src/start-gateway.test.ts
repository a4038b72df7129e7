import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineExporter, defineProcessor, MetricRegistry, pipelineMetrics } from "@scrim/pipeline";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { requestProto } from "../testing/otlp.ts";
import { startSink } from "../testing/sink.ts";
import { startTestGateway, type TestGateway } from "../testing/test-gateway.ts";
import { COMPONENTS, startGateway } from "./index.ts";
import { VERSION } from "./version.ts";

const open: { shutdown(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.shutdown();
});

async function send(gateway: TestGateway, texts: readonly string[], signal: "logs" | "traces" = "logs") {
  const headers = { "content-type": "application/x-protobuf" };
  const body = new Uint8Array(requestProto(signal, texts));
  return await fetch(`${gateway.url}/v1/${signal}`, { method: "POST", headers, body });
}

test("the version is the package's", () => {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(VERSION).toBe(manifest.version);
});

test("a YAML text starts a gateway, environment variables and all", async () => {
  const gateway = await startGateway({
    config: `
receivers:
  otlp:
    protocols:
      http:
        endpoint: "127.0.0.1:\${env:PORT:-0}"
processors:
  policy:
exporters:
  debug: { verbosity: basic }
extensions:
  health_check: { endpoint: "127.0.0.1:0" }
service:
  telemetry: { metrics: { address: "127.0.0.1:0" } }
  pipelines:
    logs: { receivers: [otlp], processors: [policy], exporters: [debug], ack: delivered }
`,
    environment: {},
  });
  open.push(gateway);
  expect(Object.keys(gateway.endpoints).sort()).toEqual(["extensions.health_check", "receivers.otlp"]);
  const health = await fetch(`http://${gateway.endpoints["extensions.health_check"]?.http}/`);
  expect([health.status, await health.json()]).toEqual([
    200,
    expect.objectContaining({ status: "Server available" }),
  ]);
  const metrics = await fetch(gateway.metricsUrl!);
  expect(metrics.headers.get("content-type")).toContain("version=0.0.4");
  expect(await metrics.text()).toContain('scrim_pipeline_unredacted{pipeline="logs"} 0');
});

test("124: received = accepted + refused, and what was accepted is delivered or dropped for a reason", async () => {
  const oddOnes = defineProcessor({
    type: "odd_ones",
    description: "Drops every fourth batch, and fails on every fifth.",
    configSchema: z.strictObject({}),
    capabilities: { adds_text: false },
    create() {
      let nth = 0;
      return {
        process(batch) {
          nth++;
          if (nth % 4 === 0) return { reason: "every_fourth" };
          if (nth % 5 === 0) throw new Error("every fifth");
          return batch;
        },
      };
    },
  });
  const flaky = defineExporter({
    type: "flaky",
    description: "Rejects one item of each batch, and fails on every third.",
    configSchema: z.strictObject({}),
    create() {
      let nth = 0;
      return {
        export: () =>
          ++nth % 3 === 0
            ? { status: "failed", retryable: true, reason: "every_third" }
            : { status: "delivered", rejected: 1 },
      };
    },
  });
  const gateway = await startTestGateway({
    components: [oddOnes, flaky],
    processors: { policy: {}, odd_ones: {} },
    chain: ["policy", "odd_ones"],
    exporters: { flaky: {}, debug: { verbosity: "basic" } },
  });
  open.push(gateway);
  const statuses = await Promise.all(
    Array.from(
      { length: 60 },
      async (_, n) => (await send(gateway, ["a", "b", "c"].slice(0, 1 + (n % 3)))).status,
    ),
  );
  expect(new Set(statuses)).toEqual(new Set([200, 503]));

  const metrics = gateway.metrics;
  const pipeline = { pipeline: "logs" };
  const received = metrics.sum(pipelineMetrics.RECEIVER_RECEIVED_ITEMS);
  const accepted = metrics.sum(pipelineMetrics.RECEIVER_ACCEPTED.logs);
  const refused = metrics.sum(pipelineMetrics.RECEIVER_REFUSED.logs);
  const delivered = metrics.sum(pipelineMetrics.PIPELINE_DELIVERED_ITEMS, pipeline);
  const dropped = metrics.sum(pipelineMetrics.PIPELINE_DROPPED_ITEMS, pipeline);
  expect(received).toBe(120);
  expect([accepted, refused].every((n) => n > 0)).toBe(true);
  expect(received).toBe(accepted + refused);
  expect(accepted).toBe(delivered + dropped);
  expect(metrics.sum(pipelineMetrics.PIPELINE_FAILED_ITEMS, pipeline)).toBe(refused);
  expect(metrics.sum(pipelineMetrics.RECEIVER_IN_FLIGHT_ITEMS)).toBe(0);
});

test("two exporters: one that is down does not keep the other from the batch, and nothing is acknowledged", async () => {
  const sink = await startSink();
  open.push({ shutdown: () => sink.close() });
  const retry_on_failure = { initial_interval: "1ms", max_elapsed_time: "50ms" };
  const gateway = await startTestGateway({
    exporters: {
      otlphttp: { endpoint: sink.url },
      "otlphttp/down": { endpoint: "http://127.0.0.1:9", retry_on_failure },
    },
  });
  open.push(gateway);
  expect((await send(gateway, ["a"])).status).toBe(503);
  expect(sink.requests).toHaveLength(1);
});

test("shutdown delivers what is on its way, and takes in nothing more", async () => {
  let release = () => {};
  const sink = await startSink((response) => {
    release = () => response.writeHead(200).end();
  });
  open.push({ shutdown: () => sink.close() });
  const gateway = await startTestGateway({ exporters: { otlphttp: { endpoint: sink.url } } });
  const onItsWay = send(gateway, ["a"]);
  while (sink.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const down = gateway.shutdown();
  await expect(send(gateway, ["b"])).rejects.toThrow();
  release();
  expect((await onItsWay).status).toBe(200);
  await down;
  await gateway.shutdown();
});

test("73: memory for requests in flight is bounded: more is answered 503 with Retry-After; one alone fits", async () => {
  const releases: (() => void)[] = [];
  const sink = await startSink((response) => {
    releases.push(() => response.writeHead(200).end());
  });
  open.push({ shutdown: () => sink.close() });
  const gateway = await startTestGateway({
    exporters: { otlphttp: { endpoint: sink.url } },
    limits: { max_in_flight_size: "64KiB" },
  });
  open.push(gateway);
  const alone = send(gateway, ["x".repeat(100_000)]);
  while (releases.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const response = await send(gateway, ["y"]);
  expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
  releases[0]!();
  expect((await alone).status).toBe(200);
  // What it took was given back: each counts as it came, and as it leaves.
  const small = send(gateway, ["x".repeat(10_000)]);
  while (releases.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await send(gateway, ["x".repeat(25_000)])).status).toBe(503);
  releases[1]!();
  expect((await small).status).toBe(200);
});

test("a port that is taken stops the start, with the key that names it", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  open.push({ shutdown: () => new Promise((resolve) => taken.close(() => resolve())) });
  const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
  const cases = [
    [{ http: { endpoint: address } }, "receivers.otlp.protocols.http.endpoint"],
    [{ service: { telemetry: { metrics: { address } } } }, "service.telemetry.metrics.address"],
  ] as const;
  for (const [options, path] of cases)
    await expect(startTestGateway(options)).rejects.toMatchObject({
      code: "LISTEN_FAILED",
      path,
      hint: expect.stringContaining("another address"),
    });
});

test("protocols that are named are served, and no others; naming none is a mistake", async () => {
  const config = (protocols: unknown) => ({
    receivers: { otlp: { protocols } },
    processors: { policy: {} },
    exporters: { debug: {} },
    service: {
      extensions: [],
      telemetry: { metrics: { level: "none" } },
      pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"] } },
    },
  });
  const gateway = await startGateway({ config: config({ grpc: { endpoint: "127.0.0.1:0" } }) });
  expect(Object.keys(gateway.endpoints["receivers.otlp"]!)).toEqual(["grpc"]);
  await gateway.shutdown();
  await expect(startGateway({ config: config({}) })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "receivers.otlp.protocols",
    hint: expect.stringContaining("serve both"),
  });
});

test("a policy with a mistake stops the start", async () => {
  const start = startTestGateway({ processors: { policy: { policy: { version: 1, unknwon: "keep" } } } });
  await expect(start).rejects.toMatchObject({ code: "POLICY_INVALID" });
  const missing = startTestGateway({ processors: { policy: { file: "no-such-policy.yaml" } } });
  await expect(missing).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
});

test("an inline policy and one from a file do what they say", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-policy-"));
  const file = join(folder, "policy.yaml");
  writeFileSync(file, "version: 1\nbody: drop\n");
  for (const policy of [{ policy: { version: 1, body: "drop" } }, { file }]) {
    const gateway = await startTestGateway({ processors: { policy }, exporters: { debug: {} } });
    open.push(gateway);
    await send(gateway, ["not for everybody"]);
    expect(gateway.printed.join("")).not.toContain("not for everybody");
    expect(gateway.printed).toHaveLength(1);
  }
});

test("a plug-in from a file stands in the pipeline", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-plugin-"));
  const module = join(folder, "drop-all.mjs");
  const [pipelineUrl, zodUrl] = ["@scrim/pipeline", "zod"].map((name) => import.meta.resolve(name));
  writeFileSync(
    module,
    `import { defineProcessor } from ${JSON.stringify(pipelineUrl)};
import { z } from ${JSON.stringify(zodUrl)};
export default defineProcessor({
  type: "drop_all",
  description: "Drops everything.",
  configSchema: z.strictObject({}),
  capabilities: { adds_text: false },
  create: () => ({ process: () => ({ reason: "drop_all" }) }),
});
`,
  );
  const service = (plugin: string) => ({
    plugins: [plugin],
    pipelines: {
      logs: {
        receivers: ["otlp"],
        processors: ["policy", "drop_all"],
        exporters: ["debug"],
        ack: "delivered",
      },
    },
  });
  const gateway = await startTestGateway({
    processors: { policy: {}, drop_all: null },
    service: { ...service(module), extensions: [], telemetry: { metrics: { level: "none" } } },
  });
  open.push(gateway);
  expect(Buffer.from(await (await send(gateway, ["a"])).arrayBuffer()).includes("drop_all")).toBe(true);
  await expect(startTestGateway({ service: service("./nothing.mjs") })).rejects.toMatchObject({
    code: "CONFIG_UNREADABLE",
    path: "service.plugins.0",
  });
});

test("a module whose processor declares nothing is no plug-in", async () => {
  const module = join(mkdtempSync(join(tmpdir(), "scrim-plugin-")), "silent.mjs");
  writeFileSync(
    module,
    'export default { kind: "processor", type: "silent", configSchema: {}, create: () => ({ process: (batch) => batch }) };',
  );
  await expect(startTestGateway({ service: { plugins: [module], pipelines: {} } })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "service.plugins.0",
  });
});

test("a policy that is written into the configuration is linted, and gets its key", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-inline-"));
  writeFileSync(join(folder, "pseudonym.key"), Buffer.alloc(32, 5).toString("base64"), { mode: 0o600 });
  const policy = {
    version: 1,
    keys: { pseudonym: { version: 1, file: "pseudonym.key" } },
    classes: { direct_identifier: "pseudonym" },
  };
  const gateway = await startTestGateway({
    processors: { policy: { policy } },
    exporters: { debug: null },
    baseDir: folder,
  });
  open.push(gateway);
  expect((await send(gateway, ["mail jane@shop.example"])).status).toBe(200);
  expect(gateway.printed.join("")).toMatch(/mail email:v1:[a-z]{38}/);
});

test("every component's configuration has a JSON Schema, for the reference", () => {
  for (const { type, configSchema } of COMPONENTS) {
    const { $defs = {}, $ref } = z.toJSONSchema(configSchema, { io: "input" });
    const schema = $defs[$ref?.split("/").at(-1) ?? ""] ?? {};
    expect([type, schema.type]).toEqual([type, "object"]);
    expect(schema.description).toMatch(/^[A-Z].*\.$/);
    for (const property of Object.values(schema.properties ?? {}))
      expect(property).toMatchObject({ description: expect.stringMatching(/\.$/) });
  }
});

test("an error that a plug-in throws is logged by its place, never by its message", async () => {
  const clumsy = defineProcessor({
    type: "clumsy",
    description: "Throws what it sees.",
    configSchema: z.strictObject({}),
    capabilities: { adds_text: false },
    create: () => ({
      process(batch) {
        throw new TypeError(batch.bytes.toString());
      },
    }),
  });
  const gateway = await startTestGateway({
    components: [clumsy],
    processors: { policy: null, clumsy: null },
    chain: ["clumsy", "policy"],
  });
  open.push(gateway);
  for (let n = 0; n < 3; n++) expect((await send(gateway, ["canary"])).status).toBe(503);
  expect(gateway.warnings).toEqual([
    expect.stringMatching(/^service\.pipelines\.logs: unexpected TypeError at .*start-gateway\.test\.ts:\d+/),
  ]);
});

test("two signals at one path stop the start", async () => {
  const start = startTestGateway({ http: { logs_url_path: "/in", traces_url_path: "/in" } });
  await expect(start).rejects.toMatchObject({ path: "receivers.otlp.protocols.http.traces_url_path" });
});

test("a registry is exposed to Prometheus, and to nobody who asks wrongly", async () => {
  const gateway = await startTestGateway();
  open.push(gateway);
  expect(gateway.metrics).toBeInstanceOf(MetricRegistry);
  const elsewhere = gateway.metricsUrl!.replace("/metrics", "/");
  expect((await fetch(elsewhere)).status).toBe(404);
  expect((await fetch(gateway.metricsUrl!, { method: "POST" })).status).toBe(405);
});
