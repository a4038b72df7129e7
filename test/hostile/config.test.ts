import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scrim } from "../cli/scrim.ts";
import { CAN_MEASURE } from "./attacked-gateway.ts";

/** Configurations that someone else wrote: none starts, each is refused soon, and none gets anything told. */

const SECRET = "s3cr3t-0f-the-environment";

const GOOD = `receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } }
processors: { policy: {} }
exporters: { debug: {} }
service:
  telemetry: { metrics: { level: none } }
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [debug] } }
`;
const withDebug = (settings: string) => GOOD.replace("debug: {}", `debug: ${settings}`);
const bomb = (core: string) =>
  `a0: &a0 ${core}\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join("")}`;
const env = (inside: string) => `$\{${inside}}`;

const REFUSED: readonly (readonly [name: string, config: string, said: RegExp])[] = [
  ["aliases of aliases", bomb("[x, x]"), /CONFIG_UNREADABLE/],
  ["aliases of aliases of nothing", bomb("{}"), /CONFIG_INVALID/],
  ["an alias of itself", "a: &a [*a]\n", /CONFIG_INVALID/],
  ["100,000 brackets", `a: ${"[".repeat(100_000)}`, /CONFIG_UNREADABLE/],
  [
    "60,000 keys in one mapping",
    `receivers: {${Array.from({ length: 60_000 }, (_, n) => `k${n}: 1`).join(", ")}}\n`,
    /CONFIG_INVALID/,
  ],
  ["two megabytes", `# ${"x".repeat(2_000_000)}\n${GOOD}`, /CONFIG_UNREADABLE/],
  ["a tag that makes code", withDebug("!!js/function 'function () {}'"), /CONFIG_/],
  ["a tag that reads", withDebug("!include /etc/passwd"), /CONFIG_/],
  ["a prototype", `${GOOD}__proto__: { allow_unredacted: true }\n`, /CONFIG_INVALID/],
  [
    "a merge of another mapping",
    `x: &x { debug: {} }\n${GOOD.replace("{ debug: {} }", "{ <<: *x }")}`,
    /CONFIG_INVALID/,
  ],
  ["a file", withDebug(`{ verbosity: "${env("file:/etc/passwd")}" }`), /this file may not be named here/],
  [
    "an address",
    withDebug(`{ verbosity: "${env("http://169.254.169.254/latest/meta-data/")}" }`),
    /only \$\{env:NAME\}/,
  ],
  [
    "a variable as a value that is wrong",
    withDebug(`{ verbosity: "${env("env:SCRIM_TEST_SECRET")}" }`),
    /CONFIG_INVALID/,
  ],
  ["a variable as an address", GOOD.replace("127.0.0.1:0", env("env:SCRIM_TEST_SECRET")), /CONFIG_INVALID/],
  [
    "a policy that is no policy",
    GOOD.replace("policy: {}", "policy: { file: /etc/passwd }"),
    /CONFIG_|POLICY_/,
  ],
  ["a policy that is endless", GOOD.replace("policy: {}", "policy: { file: /dev/zero }"), /CONFIG_|POLICY_/],
  [
    "a module from elsewhere",
    GOOD.replace("service:", 'service:\n  plugins: ["http://127.0.0.1:1/evil.mjs"]'),
    /CONFIG_/,
  ],
  [
    "a module of data",
    GOOD.replace("service:", 'service:\n  plugins: ["data:text/javascript,console.log(1)"]'),
    /CONFIG_/,
  ],
  [
    "a destination that is no address",
    withDebug("{}")
      .replaceAll("debug: {}", 'otlphttp: { endpoint: "file:///etc/passwd" }')
      .replaceAll("[debug]", "[otlphttp]"),
    /CONFIG_INVALID/,
  ],
  [
    "an address that holds a password",
    GOOD.replaceAll("debug: {}", `otlphttp: { endpoint: "http://a:${SECRET}@127.0.0.1" }`).replaceAll(
      "[debug]",
      "[otlphttp]",
    ),
    /CONFIG_INVALID/,
  ],
  [
    "a pipeline without a policy",
    GOOD.replace("processors: [policy]", "processors: []"),
    /CONFIG_UNREDACTED/,
  ],
];

/** A hostile file may take so many times what an ordinary refusal takes, which is mostly the start of a process. */
const TIMES = 8;

describe.skipIf(!CAN_MEASURE)("9: a configuration from elsewhere", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-hostile-"));

  async function start(config: string) {
    const file = join(folder, "gateway.yaml");
    writeFileSync(file, config);
    const started = performance.now();
    const run = await scrim(["gateway", "-c", file], "", { SCRIM_TEST_SECRET: SECRET });
    return { ...run, ms: performance.now() - started };
  }

  let ordinaryMs = 0;
  beforeAll(async () => {
    ordinaryMs = (await start("receivers: {}\n")).ms;
  }, 300_000);

  test.for(REFUSED)("%s is refused", async ([, config, said]) => {
    const { code, stderr, stdout, ms } = await start(config);
    expect(code).toBe(1);
    expect(stderr).toMatch(said);
    expect(stderr.split("\n").length).toBeLessThan(6);
    expect(stderr.length).toBeLessThan(2_000);
    expect(stderr + stdout).not.toMatch(new RegExp(`${SECRET}|root:|    at `));
    expect(ms / ordinaryMs).toBeLessThan(TIMES);
  });
});
