import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { EXPONENT_MAX, exponentOf } from "../../../../test/measure/linear-time.ts";
import { parseConfig } from "./config.ts";
import { duration, parseDuration } from "./duration.ts";
import { parseSection } from "./parse-section.ts";
import { readYaml, readYamlFile } from "./read-yaml.ts";
import { parseSize, size } from "./size.ts";

const GOOD = `
receivers: { otlp: null }
processors: { policy: null }
exporters: { debug: null }
service:
  pipelines:
    logs: { receivers: [otlp], processors: [policy], exporters: [debug] }
`;

/** The same with something else for the exporter's part. */
function withDebug(part: string): string {
  return GOOD.replace("debug: null", () => `debug: ${part}`);
}

/** `${inside}`, as a configuration writes it. */
function reference(inside: string): string {
  return `\${${inside}}`;
}

function errorOf(run: () => unknown): OperatingError {
  try {
    run();
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("the Collector's shape is read, with defaults", () => {
  const config = parseConfig(GOOD, {});
  expect(config.service).toMatchObject({
    allow_unredacted: false,
    plugins: [],
    telemetry: { metrics: { level: "normal", address: "127.0.0.1:8888" } },
  });
  expect(Object.keys(config.service.pipelines)).toEqual(["logs"]);
});

test("JSON is read as well", () => {
  expect(parseConfig(JSON.stringify(readYaml(GOOD)), {})).toEqual(parseConfig(GOOD, {}));
});

const REFUSED: readonly [
  name: string,
  text: string,
  code: string,
  path: string | undefined,
  hint: RegExp | undefined,
][] = [
  ["an unknown key", `${GOOD}\nexportrs: {}\n`, "CONFIG_INVALID", undefined, /did you mean "exporters"/],
  ["an unknown key below", GOOD.replace("pipelines", "pipeline"), "CONFIG_INVALID", "service", /"pipelines"/],
  [
    "a key of the Collector's that is called otherwise here",
    GOOD.replace("service:", "service:\n  telemetry: { metrics: { readers: [{ pull: {} }] } }"),
    "CONFIG_INVALID",
    "service.telemetry.metrics.readers.0",
    /Prometheus finds metrics at service\.telemetry\.metrics\.address/,
  ],
  [
    "a key that is called as what every object has",
    GOOD.replace("service:", "service:\n  telemetry: { readers: 1, constructor: 1 }"),
    "CONFIG_INVALID",
    "service.telemetry",
    /Keys here are/,
  ],
  ["a missing key", "receivers: {}\nexporters: {}\n", "CONFIG_INVALID", "service", undefined],
  [
    "a signal that isn't one",
    GOOD.replace("logs:", "events:"),
    "CONFIG_INVALID",
    "service.pipelines.events",
    undefined,
  ],
  [
    "a component's name",
    GOOD.replace("debug: null", '"de bug": null'),
    "CONFIG_INVALID",
    "exporters.de bug",
    undefined,
  ],
  ["a key twice", `${GOOD}\nservice: {}\n`, "CONFIG_UNREADABLE", "line 9:1", undefined],
  ["no YAML", "a: [", "CONFIG_UNREADABLE", "line 1:5", undefined],
  ["nothing", "", "CONFIG_INVALID", "receivers", undefined],
  ["a text", "hello", "CONFIG_INVALID", undefined, undefined],
  ["too many aliases", `a: &a [x]\nb: [${"*a,".repeat(101)}]\n`, "CONFIG_UNREADABLE", undefined, undefined],
  [
    "an alias too many, of another anchor each",
    `a: [${Array.from({ length: 101 }, (_, n) => `&a${n} x, *a${n}`).join(", ")}]\n`,
    "CONFIG_UNREADABLE",
    undefined,
    undefined,
  ],
  ["a YAML bomb", bomb("[x, x]"), "CONFIG_UNREADABLE", undefined, undefined],
  ["a YAML bomb of nothing", bomb("{}"), "CONFIG_INVALID", "a15", undefined],
  ["an alias of itself", "a: &a [*a]\n", "CONFIG_INVALID", "a", undefined],
  ["a mebibyte", `# ${"x".repeat(1_100_000)}`, "CONFIG_UNREADABLE", undefined, undefined],
  ["a deep tree", `a: ${"[".repeat(200)}${"]".repeat(200)}`, "CONFIG_INVALID", "a", undefined],
  [
    "a variable that isn't set",
    withDebug(`{ x: '${reference("env:NO")}' }`),
    "CONFIG_INVALID",
    "exporters.debug.x",
    /\$\{env:NO:-default\}/,
  ],
  [
    "a file",
    withDebug(`{ x: '${reference("file:/etc/passwd")}' }`),
    "CONFIG_INVALID",
    "exporters.debug.x",
    /SCRIM_CONFIG_FILES/,
  ],
];

test("what is wrong in a file is said with its name", () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-yaml-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "gateway.yaml");
  expect(errorOf(() => readYamlFile(file, { missingHint: "make one" }))).toMatchObject({
    code: "CONFIG_UNREADABLE",
    path: file,
    message: "no such file",
    hint: "make one",
  });
  expect(errorOf(() => readYamlFile(folder))).toMatchObject({ code: "CONFIG_UNREADABLE", path: folder });
  writeFileSync(file, "a: [\n");
  expect(errorOf(() => readYamlFile(file))).toMatchObject({ code: "CONFIG_UNREADABLE", path: `${file}:2:1` });
  writeFileSync(file, `# ${"x".repeat(1_100_000)}`);
  expect(errorOf(() => readYamlFile(file))).toMatchObject({ code: "CONFIG_UNREADABLE", path: file });
  writeFileSync(file, "a: 1\n");
  expect(readYamlFile(file)).toEqual({ text: "a: 1\n", value: { a: 1 } });
});

test("time grows with the keys of a mapping, not with their square", () => {
  const prepare = (keys: number) => {
    const text = `receivers: {${Array.from({ length: keys }, (_, n) => `k${n}: 1`).join(", ")}}`;
    return () => errorOf(() => parseConfig(text, {}));
  };
  expect(exponentOf(prepare, 16_000)).toBeLessThan(EXPONENT_MAX);
});

test("time grows with the aliases of a text, not with their square", () => {
  const prepare = (aliases: number) => {
    const text = `receivers: &b [${"{self: *b, v: &b x},".repeat(aliases)}]`;
    return () => expect(errorOf(() => parseConfig(text, {})).code).toBe("CONFIG_UNREADABLE");
  };
  expect(exponentOf(prepare, 8_000)).toBeLessThan(EXPONENT_MAX);
});

test.each(REFUSED)("%s is refused", (_, text, code, path, hint) => {
  const error = errorOf(() => parseConfig(text, {}));
  expect([error.code, error.path]).toEqual([code, path]);
  if (hint !== undefined) expect(error.hint).toMatch(hint);
});

function bomb(core: string): string {
  const lines = [`a0: &a0 ${core}`];
  for (let n = 1; n < 20; n++) lines.push(`a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`);
  return lines.join("\n");
}

test("environment variables are put in once, in values only", () => {
  const [a, b, c] = [reference("env:A"), reference("env:B:-y"), reference("env:C")];
  const { debug } = parseConfig(withDebug(`{ a: '${a}', b: 'x-${b}-$${c}', '${a}': 1 }`), { A: b }).exporters;
  expect(debug).toEqual({ a: b, b: `x-y-${c}`, [a]: 1 });
});

test("a text from the environment becomes the number or boolean that is asked for, and else stays a text", () => {
  const schema = z.strictObject({ n: z.int(), on: z.boolean(), token: z.string() });
  expect(parseSection(schema, { n: "42", on: "true", token: "0123" }, "x")).toEqual({
    n: 42,
    on: true,
    token: "0123",
  });
  expect(errorOf(() => parseSection(schema, { n: "4e2", on: true, token: "" }, "x")).path).toBe("x.n");
});

test("an unknown key is told before the required key that it was meant to be", () => {
  const schema = z.strictObject({ endpoint: z.string() });
  const error = errorOf(() => parseSection(schema, { endpont: "x" }, "exporters.otlphttp"));
  expect(error.line).toBe('exporters.otlphttp: unrecognized key "endpont" [CONFIG_INVALID]');
  expect(error.hint).toBe('did you mean "endpoint"? Keys here are: endpoint.');
});

const DURATIONS: readonly [text: string, ms: number | undefined][] = [
  ["30s", 30_000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["250ms", 250],
  ["100us", 0.1],
  ["0", 0],
  ["30", undefined],
  ["s", undefined],
  ["", undefined],
  ["-1s", undefined],
  ["1s ", undefined],
];
test.each(DURATIONS)("duration %j is %s ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

const SIZES: readonly [text: string, bytes: number | undefined][] = [
  ["64MiB", 67_108_864],
  ["20971520", 20_971_520],
  ["1 KiB", 1024],
  ["2GiB", 2_147_483_648],
  ["1MB", undefined],
  ["-1", undefined],
];
test.each(SIZES)("size %j is %s bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test("durations and sizes out of range name the range", () => {
  const schema = z.strictObject({
    wait: duration({ min: "1s", max: "1m" }).prefault("5s"),
    room: size({ min: "1KiB", max: "1MiB" }).prefault("4KiB"),
  });
  expect(parseSection(schema, {}, "x")).toEqual({ wait: 5_000, room: 4_096 });
  expect(errorOf(() => parseSection(schema, { wait: "2m" }, "x")).message).toBe(
    "expected a duration from 1s to 1m",
  );
  expect(errorOf(() => parseSection(schema, { room: 1 }, "x")).message).toBe(
    "expected a size from 1KiB to 1MiB",
  );
});
