/**
 * Proves that what would be published works: packs every package, installs the tarballs into an empty project
 * with the Node that runs this, and uses them there, by name and through the command line.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workspacePackages } from "./workspace.ts";

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
  const project = join(work, "project");
  mkdirSync(project);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies: byName }, null, 2),
  );
  const overrides = Object.entries(byName).map(([name, file]) => `  "${name}": "${file}"\n`);
  writeFileSync(
    join(project, "pnpm-workspace.yaml"),
    `overrides:\n${overrides.join("")}allowBuilds:\n  re2: true\n`,
  );
  execFileSync("pnpm", ["install", "--no-frozen-lockfile", "--reporter=silent"], {
    cwd: project,
    stdio: "inherit",
  });
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
} finally {
  rmSync(work, { recursive: true, force: true });
}
