import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GrantInput, generateKeys, readPrivateKey, readPublicKey, signKeySet } from "@scrim/grants";
import { protoToJson } from "@scrim/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";
import { enrolled, TRACE_ID } from "./enrolled.ts";

const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

let sink: Sink;
let folder: string;
beforeEach(async () => {
  sink = await startSink();
  folder = mkdtempSync(join(tmpdir(), "scrim-capture-"));
});
afterEach(async () => {
  await sink.close();
  rmSync(folder, { recursive: true });
});

/** Two requests that come in, of which one is named by the grant; each logs at two levels. */
const PROGRAM = `
import { context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api";
for (const id of ["${TRACE_ID}", "${OTHER_TRACE_ID}"]) {
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent: "00-" + id + "-b7ad6b7169203331-00" });
  context.with(parent, () => trace.getTracer("shop").startActiveSpan("request", (span) => {
    logs.getLogger("shop").emit({ severityNumber: 5, body: "debug of " + id + " for jane@leak.example" });
    logs.getLogger("shop").emit({ severityNumber: 9, body: "info of " + id });
    const carrier = {};
    propagation.inject(context.active(), carrier);
    console.log(id, carrier.traceparent?.slice(-2), carrier.tracestate ?? "no state");
    span.end();
  }));
}
`;

/** A service that has enrolled a key, and a bundle for it in a file. */
function withBundle(expiresInS: number, changes: Partial<GrantInput> = {}): Record<string, string> {
  const expires_at = Math.floor(Date.now() / 1000) + expiresInS;
  const { bundle, env } = enrolled(folder, { expires_at, ...changes });
  const file = join(folder, "bundle");
  writeFileSync(file, bundle, { mode: 0o600 });
  return { ...env, SCRIM_GRANTS_FILE: file, SCRIM_GRANTS_STATE: join(folder, "version.json") };
}

async function run(env: Record<string, string>, { program = PROGRAM, onOutput = () => {} } = {}) {
  const file = join(import.meta.dirname, `${folder.split("-").at(-1)}.tmp.mjs`);
  writeFileSync(file, program);
  const child = spawn(process.execPath, ["--import", "@scrim/otel/register", file], {
    cwd: import.meta.dirname,
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRICS_EXPORTER: "none",
      ...env,
    },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    output.stdout += data;
    onOutput();
  });
  child.stderr.on("data", (data) => {
    output.stderr += data;
  });
  const [code] = await once(child, "close");
  rmSync(file);
  const of = (path: string) =>
    sink.received
      .filter((request) => request.path === path)
      .map(({ body }) => protoToJson(path === "/v1/logs" ? "logs" : "traces", body).toString())
      .join("\n");
  return { code, ...output, logs: of("/v1/logs"), traces: of("/v1/traces") };
}

test("the register captures the trace that a grant names, and no other, masked and sampled", async () => {
  const { code, stdout, stderr, logs, traces } = await run(withBundle(600));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(logs).toContain(`debug of ${TRACE_ID} for [REDACTED:email]`);
  expect(logs).not.toContain(`debug of ${OTHER_TRACE_ID}`);
  expect(logs).toContain(`info of ${TRACE_ID}`);
  expect(logs).toContain(`info of ${OTHER_TRACE_ID}`);
  expect(logs.match(/"scrim.token","value":\{"stringValue":"[A-Za-z0-9_-]{40}"/g)?.length).toBe(1);
  expect(traces).toContain(Buffer.from(TRACE_ID, "hex").toString("hex"));
  expect(traces).not.toContain(OTHER_TRACE_ID);
  expect(stdout).toBe(`${TRACE_ID} 01 no state\n${OTHER_TRACE_ID} 00 no state\n`);
});

test("what was logged before a late approval is released, where a flight recorder runs", async () => {
  const env: Record<string, string> = {
    ...withBundle(600, { lookback_s: 30 }),
    SCRIM_FLIGHT_RECORDER: "true",
  };
  const later = `${env.SCRIM_GRANTS_FILE}.later`;
  renameSync(env.SCRIM_GRANTS_FILE!, later);
  const program = `${PROGRAM}\nsetTimeout(() => {}, 3_000);\n`;
  const approve = () => {
    if (existsSync(later)) renameSync(later, env.SCRIM_GRANTS_FILE!);
  };
  const { logs, stderr } = await run(env, { program, onOutput: approve });
  expect(stderr).toContain("can't read the bundle of grants");
  expect(logs).toContain(`debug of ${TRACE_ID} for [REDACTED:email]`);
  expect(logs).not.toContain(`debug of ${OTHER_TRACE_ID}`);
});

/** One trace logs an error, in one a span ends with an error, and one goes well. */
const ERRORS_PROGRAM = `
import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api";
const request = (name, work) => context.with(ROOT_CONTEXT, () => trace.getTracer("shop").startActiveSpan(name, (span) => {
  logs.getLogger("shop").emit({ severityNumber: 5, body: "before " + name + " of jane@leak.example" });
  work(span);
  span.end();
}));
request("logged", () => logs.getLogger("shop").emit({ severityNumber: 17, body: "error" }));
request("ended", (span) => span.setStatus({ code: 2 }));
request("well", () => {});
`;

test.each([
  ["a standing grant for errors", true, { selector: { on_error: { traces_per_min: 5 } }, lookback_s: 30 }],
  ["no such grant", false, {}],
])("with %s, a flight recorder releases traces with an error: %s", async (_, isReleased, changes) => {
  const env = { ...withBundle(600, changes), SCRIM_FLIGHT_RECORDER: "true" };
  const start = "await new Promise((resolve) => setTimeout(resolve, 500));"; // the file is read by then
  const { code, logs } = await run(env, { program: `${start}\n${ERRORS_PROGRAM}` });
  expect(code).toBe(0);
  expect(logs.includes("before logged of [REDACTED:email]")).toBe(isReleased);
  expect(logs.includes("before ended of [REDACTED:email]")).toBe(isReleased);
  expect(logs).not.toContain("before well");
});

test("a grant that has expired captures nothing", async () => {
  const { logs } = await run(withBundle(-1));
  expect(logs).not.toContain("debug of");
  expect(logs).toContain(`info of ${TRACE_ID}`);
});

test("a bundle that somebody changed is told, and captures nothing", async () => {
  const env = withBundle(600);
  writeFileSync(env.SCRIM_GRANTS_TRUSTED!, generateKeys("signing").publicKey, { mode: 0o600 });
  const { code, stderr, logs } = await run(env);
  expect(code).toBe(0);
  expect(stderr).toContain(
    "the bundle of grants is refused: its signing key is not trusted [BUNDLE_REFUSED]",
  );
  expect(logs).not.toContain("debug of");
});

/** The same with a root in the place of the signer's key, and its set in a file. */
function withRoot(holdsS: number): Record<string, string> {
  const { SCRIM_GRANTS_TRUSTED: file = "", ...env } = withBundle(600);
  const root = generateKeys("root");
  const key = readPublicKey("signing", readFileSync(file, "utf8"), file);
  const issuedAt = Math.floor(Date.now() / 1000) - 60;
  const set = {
    version: 1,
    issuedAt,
    expiresAt: issuedAt + 60 + holdsS,
    keys: [{ key, uses: ["grants" as const] }],
  };
  writeFileSync(
    join(folder, "keys.set"),
    signKeySet(set, readPrivateKey("root", root.privateKey, "root.key")),
  );
  writeFileSync(join(folder, "root.pub"), root.publicKey);
  return {
    ...env,
    SCRIM_GRANTS_ROOT: join(folder, "root.pub"),
    SCRIM_GRANTS_KEY_SET: join(folder, "keys.set"),
  };
}

test("with a root, whom its set names signs grants", async () => {
  const { stderr, logs } = await run(withRoot(600));
  expect(stderr).toBe("");
  expect(logs).toContain(`debug of ${TRACE_ID} for [REDACTED:email]`);
  expect(existsSync(join(folder, "version.json.keys"))).toBe(true);
});

test("with a root whose set has ended, nothing is captured, and that is told", async () => {
  const { code, stderr, logs } = await run(withRoot(-1));
  expect(code).toBe(0);
  expect(stderr).toContain("the set of keys is refused: it has expired [BUNDLE_REFUSED]");
  expect(logs).not.toContain("debug of");
  expect(logs).toContain(`info of ${TRACE_ID}`);
});

test.each([
  ["SCRIM_GRANTS_KEY_SET", "", "SCRIM_GRANTS_KEY_SET: is not set"],
  ["SCRIM_GRANTS_ROOT", "/nowhere.pub", "/nowhere.pub: can't read the key"],
  ["SCRIM_GRANTS_TRUSTED", "signing.pub", "SCRIM_GRANTS_ROOT: goes without SCRIM_GRANTS_TRUSTED"],
])("with a root, a wrong %s is told, and no telemetry leaves", async (variable, value, reason) => {
  const { stderr, logs } = await run({ ...withRoot(600), [variable]: value });
  expect(stderr).toMatch(/^scrim: error: no telemetry leaves this process: .*\n$/);
  expect(stderr).toContain(reason);
  expect(logs).toBe("");
});

test.each([
  ["SCRIM_GRANTS_KEY", "", "SCRIM_GRANTS_KEY: is not set"],
  ["SCRIM_GRANTS_TRUSTED", "/nowhere.pub", "/nowhere.pub: can't read the key"],
  ["OTEL_RESOURCE_ATTRIBUTES", "", "add deployment.environment.name"],
  ["SCRIM_FLOOR", "verbose", "levels are: trace, debug, info, warn, error"],
])("a wrong %s is told, and no telemetry leaves", async (variable, value, reason) => {
  const { stderr, logs } = await run({ ...withBundle(600), [variable]: value });
  expect(stderr).toMatch(/^scrim: error: no telemetry leaves this process: .*\n$/);
  expect(stderr).toContain(reason);
  expect(logs).toBe("");
});
