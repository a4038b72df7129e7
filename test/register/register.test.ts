import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonObject, protoToJson, type Signal } from "@scrim/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";

const CANARY = "jane@leak.example";
const SIGNALS: Readonly<Record<string, Signal>> = {
  "/v1/logs": "logs",
  "/v1/traces": "traces",
  "/v1/metrics": "metrics",
};

let sink: Sink;
let folder: string;
beforeEach(async () => {
  sink = await startSink();
  folder = mkdtempSync(join(tmpdir(), "scrim-register-"));
});
afterEach(async () => {
  await sink.close();
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
}

/** Node with the register, on a program in this folder or given as text. */
function start(program: string, env: Record<string, string> = {}, flag = "--import"): Started {
  let file = program;
  if (program.includes("\n")) {
    file = join(import.meta.dirname, `${folder.split("-").at(-1)}.tmp.mjs`);
    writeFileSync(file, program);
  }
  const child = spawn(
    process.execPath,
    [flag, "@scrim/otel/register", file, `--password=hunter2-${CANARY}`],
    {
      cwd: import.meta.dirname,
      env: {
        PATH: process.env.PATH,
        CANARY,
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_SERVICE_NAME: "shop",
        OTEL_RESOURCE_ATTRIBUTES: `owner.note=${CANARY},region=eu`,
        ...env,
      },
    },
  );
  const run = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    run.stdout += data;
  });
  child.stderr.on("data", (data) => {
    run.stderr += data;
  });
  const ended = once(child, "close").then(([code, signal]) => {
    if (file !== program) rmSync(file);
    return { ...run, code, signal };
  });
  return { child, ended };
}

/** What arrived, by signal, as OTLP/JSON. */
function arrived(): Partial<Record<Signal, JsonObject>> {
  const result: Partial<Record<Signal, JsonObject>> = {};
  for (const { path, contentType, body } of sink.received) {
    const signal = SIGNALS[path]!;
    const json = contentType.includes("json") ? body.toString() : protoToJson(signal, body).toString();
    result[signal] = JSON.parse(json);
  }
  return result;
}

function expectAllRedacted(): Record<Signal, string> {
  for (const { body } of sink.received) expect(body.includes("jane@")).toBe(false);
  const all = arrived();
  expect(Object.keys(all).sort()).toEqual(["logs", "metrics", "traces"]);
  const texts = Object.fromEntries(
    Object.entries(all).map(([signal, request]) => [signal, JSON.stringify(request)]),
  );
  for (const text of Object.values(texts)) {
    expect(text).toContain('"service.name"');
    expect(text).toContain('"region"');
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("process.command");
    expect(text).not.toContain("process.owner");
  }
  return texts as Record<Signal, string>;
}

test.each([
  ["protobuf, required", { OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" }, "--require"],
  ["JSON, imported", { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }, "--import"],
])("an application without a line of ours leaves everything redacted over %s", async (_, env, flag) => {
  const { code, stdout, stderr } = await start("app.mjs", env, flag).ended;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "app: done\n", stderr: "" });
  const { logs, traces, metrics } = expectAllRedacted();
  expect(logs).toContain("mail to [REDACTED:email]");
  expect(logs).toContain('"kept"');
  expect(traces).toContain("pay for [REDACTED:email]");
  expect(traces).toContain("no mail for [REDACTED:email]");
  expect(metrics).toContain("scrim.redaction.findings");
  expect(metrics).toContain('"name":"scrim.bypass"');
});

test("series that become equal are one", async () => {
  await start("app.mjs").ended;
  const { metrics } = arrived();
  const orders = (metrics!.resourceMetrics as JsonObject[])
    .flatMap(({ scopeMetrics }) => scopeMetrics as JsonObject[])
    .flatMap(({ metrics: all }) => all as JsonObject[])
    .find(({ name }) => name === "orders") as {
    sum: { dataPoints: { asDouble?: number; asInt?: string }[] };
  };
  expect(orders.sum.dataPoints.length).toBe(1);
  expect(Number(orders.sum.dataPoints[0]?.asInt ?? orders.sum.dataPoints[0]?.asDouble)).toBe(3);
});

test("the policy of SCRIM_POLICY_FILE holds, and what its rules keep of the command line stays", async () => {
  const file = join(folder, "policy.yaml");
  writeFileSync(
    file,
    [
      "version: 1",
      "name: strict",
      "rules:",
      "  - { attribute: kept, action: drop }",
      "  - { attribute: process.owner, action: keep }",
    ].join("\n"),
  );
  const { code } = await start("app.mjs", { SCRIM_POLICY_FILE: file }).ended;
  expect(code).toBe(0);
  const text = JSON.stringify(arrived().logs);
  expect(text).not.toContain('"kept"');
  expect(text).toContain('"process.owner"');
  expect(text).not.toContain("process.command");
});

const CONFIG = (url: string) => `file_format: "1.0"
resource:
  attributes:
    - { name: service.name, value: shop }
    - { name: region, value: eu }
    - { name: owner.note, value: ${CANARY} }
  detection/development:
    detectors:
      - process:
logger_provider:
  processors:
    - batch: { exporter: { otlp_http: { endpoint: ${url}/v1/logs } } }
tracer_provider:
  processors:
    - simple: { exporter: { otlp_http: { endpoint: ${url}/v1/traces, encoding: json } } }
meter_provider:
  readers:
    - periodic: { exporter: { otlp_http: { endpoint: ${url}/v1/metrics } } }
`;

test("what a configuration file builds is redacted as well", async () => {
  const file = join(folder, "otel.yaml");
  writeFileSync(file, CONFIG(sink.url));
  const { code, stderr } = await start("app.mjs", { OTEL_CONFIG_FILE: file }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expectAllRedacted();
});

test.each([
  ["a policy that is wrong", { SCRIM_POLICY_FILE: "wrong.yaml" }, "wrong.yaml:1)"],
  ["a policy that is not there", { SCRIM_POLICY_FILE: "none.yaml" }, "no such file"],
])("with %s no telemetry leaves, and one line says so", async (_, env, reason) => {
  writeFileSync(join(folder, "wrong.yaml"), "version: 2\n");
  const file = join(folder, env.SCRIM_POLICY_FILE);
  const off = await start("app.mjs", { SCRIM_POLICY_FILE: file }).ended;
  expect(off).toMatchObject({ code: 0, stdout: "app: done\n" });
  expect(off.stderr).toMatch(/^scrim: error: no telemetry leaves this process: .*\n$/);
  expect(off.stderr).toContain(reason);
  const strict = await start("app.mjs", { SCRIM_POLICY_FILE: file, SCRIM_STRICT: "1" }).ended;
  expect(strict).toMatchObject({ code: 1, stdout: "", stderr: off.stderr });
  expect(sink.received).toEqual([]);
});

test("OTEL_SDK_DISABLED starts nothing, and needs nothing", async () => {
  const env = { OTEL_SDK_DISABLED: "true", SCRIM_POLICY_FILE: "/nowhere", SCRIM_STRICT: "1" };
  expect(await start("app.mjs", env).ended).toMatchObject({ code: 0, stdout: "app: done\n", stderr: "" });
  expect(sink.received).toEqual([]);
});

test("none asks for no exporter, and a name that is not known is said and ignored", async () => {
  const env = { OTEL_LOGS_EXPORTER: "none", OTEL_TRACES_EXPORTER: "jaeger", OTEL_METRICS_EXPORTER: "otlp" };
  const { code, stderr } = await start("app.mjs", env).ended;
  expect(code).toBe(0);
  expect(stderr).toContain("OTEL_TRACES_EXPORTER names an exporter that is not known");
  expect(Object.keys(arrived())).toEqual(["metrics"]);
});

test("what goes to the console is redacted too", async () => {
  const env = {
    OTEL_LOGS_EXPORTER: "console",
    OTEL_TRACES_EXPORTER: "console",
    OTEL_METRICS_EXPORTER: "console",
  };
  const { code, stdout } = await start("app.mjs", env).ended;
  expect(code).toBe(0);
  expect(stdout).toContain("mail to [REDACTED:email]");
  expect(stdout).toContain("pay for [REDACTED:email]");
  expect(stdout).not.toContain("jane@");
  expect(stdout).not.toContain("hunter2");
});

test("what the SDK complains of does not show data, unless somebody asks for it", async () => {
  const program = `
import { metrics, trace } from "@opentelemetry/api";
const span = trace.getTracer("shop").startSpan("pay for " + process.env.CANARY);
span.end();
span.end();
metrics.getMeter("shop").createCounter("no name, " + process.env.CANARY).add(1);
`;
  expect(await start(program).ended).toMatchObject({ code: 0, stderr: "" });
});

test("a batch waits as long as OTEL_BLRP_SCHEDULE_DELAY says", async () => {
  const program = `
import { logs } from "@opentelemetry/api";
logs.getLogger("shop").emit({ body: "order 7" });
setInterval(() => {}, 1000);
`;
  const { child, ended } = start(program, {
    OTEL_BLRP_SCHEDULE_DELAY: "50",
    OTEL_TRACES_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
  });
  await vi.waitUntil(() => sink.received.length > 0, 20_000);
  child.kill("SIGKILL");
  await ended;
});

test("a process that is told to end sends what it has, and ends by the signal", async () => {
  const program = `
import { logs } from "@opentelemetry/api";
logs.getLogger("shop").emit({ body: "order 7" });
console.log("ready");
setInterval(() => {}, 1000);
`;
  const env = {
    OTEL_BLRP_SCHEDULE_DELAY: "600000",
    OTEL_TRACES_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
  };
  const { child, ended } = start(program, env);
  await once(child.stdout!, "data");
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ code: null, signal: "SIGTERM" });
  expect(JSON.stringify(arrived().logs)).toContain("order 7");
});

test("a provider of the application's own beside ours is told and measured", async () => {
  const program = `
import { metrics, trace } from "@opentelemetry/api";
import { TracerProvider } from "@opentelemetry/sdk-trace";
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [] }));
`;
  const { code, stderr } = await start(program, { OTEL_LOGS_EXPORTER: "none", OTEL_TRACES_EXPORTER: "otlp" })
    .ended;
  expect(code).toBe(0);
  expect(stderr).toContain("registers an OpenTelemetry provider of its own");
  const bypass = JSON.stringify(arrived().metrics).match(/"name":"scrim.bypass".*?"as(?:Int|Double)":"?(\d)/);
  expect(bypass?.[1]).toBe("1");
});

test("a policy that changes is in force in the running process", async () => {
  const file = join(folder, "policy.yaml");
  writeFileSync(file, "version: 1\nname: first\n");
  const program = `
import { logs } from "@opentelemetry/api";
setInterval(() => logs.getLogger("shop").emit({ body: "tick", attributes: { "order.id": "o-1" } }), 100);
`;
  const env = {
    SCRIM_POLICY_FILE: file,
    OTEL_BLRP_SCHEDULE_DELAY: "100",
    OTEL_TRACES_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
  };
  const { child, ended } = start(program, env);
  await vi.waitUntil(() => sink.received.some(({ body }) => body.includes("o-1")), 20_000);
  writeFileSync(file, "version: 1\nname: second\nrules:\n  - { attribute: order.id, action: mask }\n");
  await vi.waitUntil(() => sink.received.at(-1)!.body.includes("[REDACTED:content]"), 20_000);
  child.kill("SIGKILL");
  await ended;
});
