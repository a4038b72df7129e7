import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readYaml } from "@scrim/pipeline";
import { expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { scrimHere } from "./scrim.ts";

const folder = mkdtempSync(join(tmpdir(), "scrim-config-"));

function file(text: string, name = "gateway.yaml"): string {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}

const CANARY = "canary-5d21b7";

/** Secrets wherever one may stand. */
const GOOD = `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } }
processors: { policy: { file: policy.yaml } }
exporters:
  otlphttp:
    endpoint: "https://\${env:SINK_HOST}:4318"
    headers: { authorization: "Bearer ${CANARY}", x-from-environment: "\${env:SINK_TOKEN}" }
extensions: { bearertokenauth: { tokens: ["${CANARY}-of-a-client"] } }
service:
  extensions: [bearertokenauth]
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [otlphttp] } }
`;
const ENVIRONMENT = { SINK_HOST: `${CANARY}.example`, SINK_TOKEN: CANARY };
file("version: 1\nbody: drop\n", "policy.yaml");

/** In a process that may write nothing, start no other, and reach no network. */
async function scrimWithoutEffects(args: readonly string[]) {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      "--permission",
      "--allow-fs-read=*",
      "--allow-addons",
      ...(process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : []),
      "--import",
      join(ROOT, "test/cli/no-effects.mjs"),
      join(ROOT, "packages/cli/src/main.ts"),
      ...args,
    ],
    { cwd: ROOT, env: { ...process.env, ...ENVIRONMENT, NODE_COMPILE_CACHE: "" } },
  );
  return { stdout, stderr };
}

test("127: a configuration that would start is said to, with exit code 0; nothing is opened, written or betrayed", async () => {
  const before = readdirSync(folder);
  const { stdout, stderr } = await scrimWithoutEffects(["gateway", "validate", "-c", file(GOOD)]);
  expect(stdout).toMatch(/gateway\.yaml: a gateway would start with it\n$/);
  expect(stdout + stderr).not.toContain(CANARY);
  expect(readdirSync(folder)).toEqual(
    before.includes("gateway.yaml") ? before : [...before, "gateway.yaml"].sort(),
  );
});

test("127: print-config shows what is in force, without secrets; nothing is opened or written", async () => {
  const { stdout, stderr } = await scrimWithoutEffects(["gateway", "print-config", "-c", file(GOOD)]);
  expect(stdout + stderr).not.toContain(CANARY);
  expect(readYaml(stdout)).toMatchObject({
    exporters: {
      otlphttp: { endpoint: "[REDACTED]", headers: { authorization: "[REDACTED]" }, timeout: "5s" },
    },
    extensions: { bearertokenauth: { tokens: ["[REDACTED]"] } },
    service: { drain_timeout: "25s" },
  });
});

test("127: what is wrong is said, all of it, with exit code 1", async () => {
  const text = `
receivers: { otlp: { protocols: { htp: null } }, oltp: null }
processors: { policy: { file: nowhere.yaml }, policy/2: { policy: { version: 1, bdoy: drop } } }
exporters: { otlphttp: { endpoint: "ftp://${CANARY}@x", headers: { "a b": "${CANARY}" } }, debug: { verbosity: "${CANARY}" } }
service:
  telemetry: { metrics: { address: "${CANARY} nowhere" } }
  pipelines:
    logs: { receivers: [otlp, in], processors: [policy, policy/2], exporters: [otlphttp, debug] }
    traces: { receivers: [otlp], exporters: [debug] }
    metrics: { receivers: [otlp], processors: [policy, policy], exporters: [debug] }
`;
  const { code, stdout, stderr } = await scrimHere(["gateway", "validate", "-c", file(text)]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).not.toContain(CANARY);
  const errors = stderr.split("\n").filter((line) => line.includes(" error: "));
  for (const part of [
    'receivers.otlp.protocols: unrecognized key "htp"',
    "receivers.oltp: unknown receiver type",
    "exporters.otlphttp.endpoint: ",
    "exporters.otlphttp.headers.a b: ",
    "exporters.debug.verbosity: ",
    "service.pipelines.logs.receivers.1: ",
    "service.pipelines.traces.processors: ",
    "service.pipelines.metrics.processors.1: ",
    "nowhere.yaml: ",
    "processors.policy/2.policy",
    "service.telemetry.metrics.address: ",
  ])
    expect(errors.filter((line) => line.includes(part))).toHaveLength(1);
});

test("what a configuration of the Collector's has that is called otherwise here is said with what stands for it", async () => {
  const text = `
receivers: { otlp: { protocols: { grpc: { include_metadata: true }, http: { include_metadata: true } } } }
processors: { memory_limiter: { check_interval: 1s }, batch: null, attributes: null, redaction: null, policy: null }
exporters:
  otlp:
    endpoint: "127.0.0.1:4317"
    sending_queue: { enabled: true, storage: file_storage, sizer: bytes, block_on_overflow: true, wait_for_result: true }
extensions: { file_storage: { directory: /var/lib/otelcol } }
service:
  extensions: [file_storage]
  telemetry: { logs: { level: debug }, metrics: { level: detailed } }
  pipelines: { logs: { receivers: [otlp], processors: [memory_limiter, batch, policy], exporters: [otlp] } }
`;
  const { code, stderr } = await scrimHere(["gateway", "validate", "-c", file(text)]);
  expect([code, stderr]).toEqual([1, expect.not.stringMatching(/ (?:Keys|Types) .* are: /)]);
  const errors = stderr.match(/ error: /g);
  expect([errors?.length, stderr.match(/ hint: /g)?.length]).toEqual([12, 12]);
});

test("exporters are known by the Collector's names of today, and by those that it had before", async () => {
  const path = file(`
receivers: { otlp: { protocols: { http: null } } }
processors: { policy: null }
exporters:
  otlp: { endpoint: "127.0.0.1:1" }
  otlp_grpc: { endpoint: "127.0.0.1:1" }
  otlphttp: { endpoint: "http://127.0.0.1:1" }
  otlp_http: { endpoint: "http://127.0.0.1:1" }
service:
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [otlp, otlp_grpc, otlphttp, otlp_http] } }
`);
  expect(await scrimHere(["gateway", "validate", "-c", path])).toMatchObject({ code: 0 });
});

test.each([
  ["receiver", "filelog", /Types of receivers here are: otlp\. .*a Collector in front of this gateway/],
  [
    "exporter",
    "kafka",
    /Types of exporters here are: .*otlp_grpc, otlp_http.*a Collector behind this gateway/,
  ],
  ["exporter", "otlp_htpp", /did you mean "otlp_http"\?/],
  ["exporter", "prometheusremotewrite", /Prometheus takes OTLP/],
  ["extension", "basicauth", /client_auth/],
])("of a %s %s that the Collector has it is said what to do", async (kind, type, hint) => {
  const named = (name: string) => (kind === name ? `, ${type}: null` : "");
  const path = file(`
receivers: { otlp: { protocols: { http: null } }${named("receiver")} }
processors: { policy: null }
exporters: { debug: null${named("exporter")} }
extensions: { zpages: null${named("extension")} }
service: { pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [debug] } } }
`);
  const { code, stderr } = await scrimHere(["gateway", "validate", "-c", path]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(hint)]);
});

test("what is wrong in the frame hides nothing of what is wrong in components, nor does one hint stand twice", async () => {
  const text = `
receivers: { otlp: { protocols: { htp: null } } }
processors: { policy: null, resource: null, filter: null, transform: null, tail_sampling: null }
exporters: { logging: null, otlphttp: { endpoint: "http://127.0.0.1:1", auth: { authenticator: x }, sending_queue: { queue_size: 1000, batch: { min_size: 8192 } } } }
extensions: { pprof: null }
connectors: { count: null }
service:
  spool: { max_szie: 1GiB, max_size: 1MiB, dead_letters: 5 }
  telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { port: 8888 } } } }] }, logs: { level: dbg } }
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [otlphttp], ac: memory } }
`;
  const { code, stderr } = await scrimHere(["gateway", "validate", "-c", file(text)]);
  expect(code).toBe(1);
  const errors = stderr.split("\n").filter((line) => line.includes(" error: "));
  for (const part of [
    'unrecognized key "connectors"',
    'service.telemetry.metrics.readers.0: unrecognized key "pull"',
    "service.telemetry.logs.level: ",
    'service.pipelines.logs: unrecognized key "ac"',
    'receivers.otlp.protocols: unrecognized key "htp"',
    "processors.resource: ",
    "processors.filter: ",
    "processors.transform: ",
    "processors.tail_sampling: ",
    "exporters.logging: ",
    'exporters.otlphttp: unrecognized key "auth"',
    "exporters.otlphttp.sending_queue.queue_size: expected a size with its unit",
    "exporters.otlphttp.sending_queue.batch.min_size: expected a size with its unit",
    "extensions.pprof: ",
    'service.spool: unrecognized key "max_szie"',
    "service.spool.max_size: ",
    "service.spool.dead_letters: ",
  ])
    expect([part, errors.filter((line) => line.includes(part)).length]).toEqual([part, 1]);
  expect(errors).toHaveLength(18); // and that no protocol is named
});

const reference = (inside: string) => `\${${inside}}`;

const REFUSED: readonly [name: string, text: string, stderr: RegExp][] = [
  [
    "a key of the spool that there is not",
    GOOD.replaceAll(/\$\{env:\w+\}/g, "x").replace("service:\n", "service:\n  spool: { max_szie: 1GiB }\n"),
    /service\.spool: unrecognized key "max_szie"/,
  ],
  ["no YAML", "receivers: [", /CONFIG_UNREADABLE/],
  [
    "variables that are not set",
    `a: ${reference("env:A_NOT_SET")}\nb: ${reference("env:B_NOT_SET")}\n`,
    /A_NOT_SET[\s\S]*B_NOT_SET/,
  ],
  [
    "a file that may not be named",
    `receivers: { otlp: "${reference("file:/etc/shadow")}" }\n`,
    /may not be named here[\s\S]*SCRIM_CONFIG_FILES/,
  ],
  ["nothing of what is needed", "{}", /receivers: required key is missing[\s\S]*exporters[\s\S]*service/],
  ["no pipeline", "{ receivers: {}, exporters: {}, service: { pipelines: {} } }", /at least one pipeline/],
];

test.each(REFUSED)("127: %s: exit code 1, from both commands", async (_, text, stderr) => {
  const path = file(text);
  const validated = await scrimHere(["gateway", "validate", "-c", path]);
  expect([validated.code, validated.stdout]).toEqual([1, ""]);
  expect(validated.stderr).toMatch(stderr);
  const printed = await scrimHere(["gateway", "print-config", "-c", path]);
  expect([printed.code, printed.stdout]).toEqual([1, ""]);
});

test("without a file, it is the default configuration that is looked at", async () => {
  expect(await scrimHere(["gateway", "validate"])).toMatchObject({ code: 0 });
  const { stdout } = await scrimHere(["gateway", "print-config"]);
  expect((readYaml(stdout) as { service: object }).service).toHaveProperty("pipelines.profiles");
});
