import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";
import { ROOT } from "../packages/workspace.ts";
import { APPROVED, EXPECTED, type GatedAppOptions, logged, OTHER, runGatedApp } from "./gated-app.ts";

const consoleInstrumentation = createRequire(join(ROOT, "packages/otel/package.json")).resolve(
  "@opentelemetry/instrumentation-console",
);

let sink: Sink;
let folder: string;
beforeEach(async () => {
  sink = await startSink();
  folder = mkdtempSync(join(import.meta.dirname, "app-"));
});
afterEach(async () => {
  await sink.close();
  rmSync(folder, { recursive: true });
});

const run = (format: GatedAppOptions["format"], env = {}) =>
  runGatedApp({ folder, endpoint: sink.url, format, consoleInstrumentation, env });

/** Lines below info that were printed, which only the console does. */
const verbose = (stdout: string) => stdout.split("\n").filter((line) => line.includes("debug of"));

test.each(["esm", "cjs"] as const)(
  "loggers as they come send verbose lines of the approved trace, once and masked, and print none: %s",
  async (format) => {
    const { code, stdout, stderr } = await run(format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(logged(sink.received)).toEqual(EXPECTED.open);
    expect(verbose(stdout)).toEqual(
      [APPROVED, OTHER].map((id) => `console debug of ${id} for jane@leak.example`),
    );
    expect(stdout.match(/info of/g)?.length).toBe(8);
  },
);

test("without a grant nothing verbose is sent", async () => {
  const { stderr } = await run("esm", { SCRIM_GRANTS_FILE: join(folder, "none") });
  expect(stderr).toContain("can't read the bundle of grants");
  expect(logged(sink.received)).toEqual(EXPECTED.closed);
});

test("an instrumentation of the console that can't be loaded leaves out the console alone", async () => {
  const { code, stderr } = await runGatedApp({
    folder,
    endpoint: sink.url,
    format: "esm",
    consoleInstrumentation: "/nowhere.cjs",
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^scrim: verbose lines of the console are not captured: its instrumentation can't be loaded \(Error\); .*\n$/,
  );
  expect(logged(sink.received)).toEqual(EXPECTED.open.filter((line) => !line.includes("console")));
});

test("what is told to leave the console alone does", async () => {
  await run("esm", { OTEL_NODE_DISABLED_INSTRUMENTATIONS: "console" });
  expect(logged(sink.received)).toEqual(EXPECTED.open.filter((line) => !line.includes("console")));
});
