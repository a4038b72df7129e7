/**
 * Runs in an empty project with our packed tarballs and the SDK of one major: an application with four loggers as they come, under the register
 * with a grant for one of its traces, imported and required.
 */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EXPECTED, logged, runGatedApp } from "./gated-app.ts";
import * as sdk from "./sdk.mjs";
import { startSink } from "./sink.ts";

const { resolve } = createRequire(import.meta.url);

for (const format of ["esm", "cjs"]) {
  const sink = await startSink();
  const { code, stdout, stderr } = await runGatedApp({
    folder: mkdtempSync(join(import.meta.dirname, "gated-")),
    endpoint: sink.url,
    format,
    consoleInstrumentation: resolve("@opentelemetry/instrumentation-console"),
  });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.deepEqual(logged(sink.received), EXPECTED.open);
  assert.deepEqual(stdout.match(/\w+ debug of/g), ["console debug of", "console debug of"]);
  await sink.close();
}
console.log(`packed: gates before four loggers work with ${sdk.NAME} on Node`, process.version);
