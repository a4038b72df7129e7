/**
 * Proves that what would be published works: packs every package, installs the tarballs into an empty project
 * with the Node that runs this, and uses them there, by name and through the command line.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT, workspacePackages } from "./workspace.ts";

/** What is run in a project with the SDK of one major. `sdk-*.mjs` becomes `sdk.mjs`. */
const SUITE = [
  ...["compat/suite.mjs", "compat/register.mjs", "compat/leak.mjs", "compat/loggers.mjs"],
  ...["compat/exporters.mjs", "compat/gates.mjs", "register/gated-app.ts", "register/enrolled.ts"],
  ...["leak/canaries.ts", "leak/planter.ts", "leak/sdk-surface.ts", "e2e/sink.ts"],
];

/** What logs under either major. */
const LOGGERS = {
  "@opentelemetry/instrumentation-console": "^0.4.0",
  "@opentelemetry/winston-transport": "^0.34.0",
  bunyan: "^1.8.15",
  pino: "^10.4.0",
  winston: "^3.19.0",
};

/** Both majors of the SDK. Their apis exclude each other, so each has a project of its own. */
const SDK: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2": {
    ...LOGGERS,
    "@opentelemetry/api": "~1.9.1",
    "@opentelemetry/api-logs": "~0.223.1",
    "@opentelemetry/exporter-logs-otlp-grpc": "~0.223.1",
    "@opentelemetry/exporter-logs-otlp-http": "~0.223.1",
    "@opentelemetry/exporter-logs-otlp-proto": "~0.223.1",
    "@opentelemetry/instrumentation-bunyan": "~0.68.0",
    "@opentelemetry/instrumentation-pino": "~0.69.0",
    "@opentelemetry/instrumentation-winston": "~0.68.1",
    "@opentelemetry/otlp-transformer": "~0.223.1",
    "@opentelemetry/resources": "~2.12.1",
    "@opentelemetry/sdk-logs": "~0.223.1",
    "@opentelemetry/sdk-node": "~0.223.0",
    "@opentelemetry/sdk-trace-base": "~2.12.1",
  },
  "3": {
    ...LOGGERS,
    "@opentelemetry/api": "^1.10.0",
    "@opentelemetry/exporter-logs-otlp-grpc": "^0.301.0",
    "@opentelemetry/exporter-logs-otlp-http": "^0.301.0",
    "@opentelemetry/exporter-logs-otlp-proto": "^0.301.0",
    "@opentelemetry/instrumentation-bunyan": "^0.69.0",
    "@opentelemetry/instrumentation-pino": "^0.70.0",
    "@opentelemetry/instrumentation-winston": "^0.69.0",
    "@opentelemetry/otlp-transformer": "^0.301.0",
    "@opentelemetry/resources": "^3.1.0",
    "@opentelemetry/sdk-logs": "^3.1.0",
    "@opentelemetry/sdk-node": "^0.301.0",
    "@opentelemetry/sdk-trace": "^3.1.0",
  },
};

const SMOKE = `
import assert from "node:assert";
import { createRedactor } from "@scrim/redact";
import { defaultPlan } from "@scrim/policy";
import { jsonToProto, protoToJson } from "@scrim/wire";
import { startGateway } from "@scrim/gateway";

for (const name of NAMES) await import(name);
const redactor = createRedactor(defaultPlan());
const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "mail jane@shop.example" } }] }] }] };
const redacted = redactor.redact("logs", jsonToProto("logs", Buffer.from(JSON.stringify(request))));
const json = protoToJson("logs", redacted.bytes);
assert(json.includes("[REDACTED:email]") && !json.includes("jane"), "redaction works from the tarballs");
assert(typeof startGateway === "function");
console.log("packed: imports and redaction work on Node", process.version);
`;

const IMPORTED = `import assert from "node:assert";
import { createRedactor, expressionEngine } from "@scrim/redact";
import { defaultPlan } from "@scrim/policy";`;

const REQUIRED = `const assert = require("node:assert");
const { createRedactor, expressionEngine } = require("@scrim/redact");
const { defaultPlan } = require("@scrim/policy");`;

const FALLBACK = `${IMPORTED}
const text = "mail jane@shop.example, card 4111 1111 1111 1111, password=hunter2 é";
const { bytes } = createRedactor(defaultPlan()).redactText(Buffer.from(text));
assert.equal(bytes.toString(), "mail [REDACTED:email], card [REDACTED:credit_card], password=[REDACTED:password] é");
console.log(expressionEngine());
`;

/** What esbuild needs in front of an ES module with CommonJS in it: `yaml` is. */
const BANNER = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const work = mkdtempSync(join(tmpdir(), "scrim-packed-"));
try {
  const tarballs = join(work, "tarballs");
  mkdirSync(tarballs);
  await import("./build.ts");
  const packages = workspacePackages();
  for (const { path } of packages) {
    execFileSync("pnpm", ["pack", "--pack-destination", tarballs], {
      cwd: path,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  const files = readdirSync(tarballs);
  const byName = Object.fromEntries(
    packages.map(({ manifest }) => {
      const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
      if (!files.includes(file)) throw new Error(`${file} was not packed`);
      return [manifest.name, `file:${join(tarballs, file)}`];
    }),
  );
  const project = install("project");
  writeFileSync(
    join(project, "smoke.mjs"),
    SMOKE.replace("NAMES", JSON.stringify(packages.map(({ manifest }) => manifest.name))),
  );
  execFileSync("node", ["smoke.mjs"], { cwd: project, stdio: "inherit" });
  const output = execFileSync("pnpm", ["exec", "scrim", "redact"], {
    cwd: project,
    input: "card 4111 1111 1111 1111\n",
  });
  if (output.toString() !== "card [REDACTED:credit_card]\n")
    throw new Error("the packed command did not redact");
  console.log("packed: the scrim command works");

  for (const [major, dependencies] of Object.entries(SDK)) {
    const folder = install(`sdk-${major}`, { dependencies });
    for (const file of SUITE) cpSync(join(ROOT, "test", file), join(folder, basename(file)));
    cpSync(join(ROOT, `test/compat/sdk-${major}.mjs`), join(folder, "sdk.mjs"));
    for (const suite of ["suite.mjs", "exporters.mjs", "register.mjs", "gates.mjs", "leak.mjs"])
      execFileSync("node", [suite], { cwd: folder, stdio: "inherit" });
  }

  proveFallback();

  /** Without its compiled file the native add-on doesn't load: nothing is passed, and everything redacted as before. */
  function proveFallback(): void {
    const folder = install("without-add-on", { dependencies: { esbuild: "^0.28.2" }, scripts: false });
    writeFileSync(join(folder, "app.mjs"), FALLBACK);
    writeFileSync(join(folder, "app.cjs"), FALLBACK.replace(IMPORTED, REQUIRED));
    for (const app of ["app.mjs", "app.cjs"]) expectEngine(join(folder, app), folder, "re2js");
    const { stdout, stderr } = spawnSync("pnpm", ["exec", "scrim", "redact"], {
      cwd: folder,
      input: "card 4111 1111 1111 1111\n",
      encoding: "utf8",
    });
    if (
      stdout !== "card [REDACTED:credit_card]\n" ||
      !/^redact: warning: .*re2js.*MODULE_NOT_FOUND/.test(stderr)
    )
      throw new Error(`without the add-on the command said: ${stdout}${stderr}`);
    console.log("packed: re2js takes over where the add-on was not compiled");

    const esbuild = join(folder, "node_modules/.bin/esbuild");
    const bundles = join(work, "bundles");
    const besideAddOn = join(work, "bundles-beside-add-on");
    mkdirSync(join(besideAddOn, "node_modules"), { recursive: true });
    symlinkSync(join(project, "node_modules/.pnpm/node_modules/re2"), join(besideAddOn, "node_modules/re2"));
    for (const [format, file] of [
      ["esm", "app.mjs"],
      ["cjs", "app.cjs"],
    ] as const) {
      const bundle = join(bundles, file);
      const options = [
        "--bundle",
        "--platform=node",
        `--format=${format}`,
        `--outfile=${bundle}`,
        "--log-level=error",
      ];
      if (format === "esm") options.push(`--banner:js=${BANNER}`);
      execFileSync(esbuild, [join(folder, "app.mjs"), ...options], { cwd: folder, stdio: "inherit" });
      expectEngine(bundle, bundles, "re2js");
      cpSync(bundle, join(besideAddOn, file));
      expectEngine(join(besideAddOn, file), besideAddOn, "re2");
    }
    console.log("packed: bundles redact, with the add-on where it is found and without it elsewhere");
  }

  /** Runs a program that redacts, and prints the engine. */
  function expectEngine(program: string, cwd: string, engine: string): void {
    const printed = execFileSync("node", [program], { cwd, encoding: "utf8" });
    if (printed !== `${engine}\n`) throw new Error(`${program} ran on ${printed}`);
  }

  /** An empty project with all tarballs and what else is asked for. */
  function install(
    name: string,
    {
      dependencies = {},
      scripts = true,
    }: { dependencies?: Readonly<Record<string, string>>; scripts?: boolean } = {},
  ): string {
    const folder = join(work, name);
    mkdirSync(folder);
    const manifest = { private: true, type: "module", dependencies: { ...byName, ...dependencies } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
    const overrides = Object.entries(byName).map(([packed, file]) => `  "${packed}": "${file}"\n`);
    writeFileSync(
      join(folder, "pnpm-workspace.yaml"),
      `overrides:\n${overrides.join("")}allowBuilds:\n  dtrace-provider: false\n  esbuild: false\n  re2: ${scripts}\n  protobufjs: false\n`,
    );
    execFileSync("pnpm", ["install", "--no-frozen-lockfile", "--reporter=silent"], {
      cwd: folder,
      stdio: "inherit",
    });
    return folder;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
