import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";
import { ROOT } from "../packages/workspace.ts";

const README = readFileSync(join(ROOT, "packages/otel/README.md"), "utf8");

let sink: Sink;
let folder: string;
beforeEach(async () => {
  sink = await startSink();
  folder = mkdtempSync(join(import.meta.dirname, "example-")); // in this package, to find what is imported by name
});
afterEach(async () => {
  await sink.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command line in the folder, with the Node that runs this. */
async function run(commandLine: string): Promise<string> {
  const child = spawn("sh", ["-c", commandLine], {
    cwd: folder,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      CANARY: "jane@leak.example",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  await once(child, "close");
  return stderr;
}

function expectRedacted(): void {
  expect(sink.received.map(({ path }) => path).toSorted()).toEqual(["/v1/logs", "/v1/metrics", "/v1/traces"]);
  for (const { body } of sink.received) {
    expect(body.includes("jane@")).toBe(false);
    expect(body.includes("[REDACTED:")).toBe(true);
  }
}

test("the command of the README redacts an application as it is", async () => {
  const command = "node --import @scrim/otel/register app.js";
  expect(README).toContain(`\`\`\`sh\n${command}\n\`\`\``);
  cpSync(join(import.meta.dirname, "../register/app.mjs"), join(folder, "app.js"));
  expect(await run(command)).toBe("");
  expectRedacted();
});

test("the NodeSDK of the README redacts what goes through it", async () => {
  const [, code] = README.match(/^```ts\n(\/\/ telemetry\.ts\n[\s\S]*?)^```/m)!;
  cpSync(join(import.meta.dirname, "../register/app.mjs"), join(folder, "app.js"));
  writeFileSync(join(folder, "telemetry.ts"), code!);
  expect(await run("node --import ./telemetry.ts app.js")).toBe("");
  expectRedacted();
});
