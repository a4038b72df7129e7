import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, readSigner } from "@scrim/audit";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { runStep, serveStep, stepsOf } from "./page-session.ts";

const MAIN = join(ROOT, "packages/cli/src/main.ts");
const STEPS = stepsOf("docs/audit.md");

/** What differs from run to run: hashes, key ids, times and ports. */
const lasting = (text: string) =>
  text
    .trimEnd()
    .replace(/\b[0-9a-f]{64}\b/g, "HASH")
    .replace(/\bkey [0-9a-f]{8}\b/g, "key ID")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");

/** The folder that the page begins in: keys, a log that has grown, and a checkpoint that was kept. */
async function prepared(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-session-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const keygen = ["audit", "keygen", "log", "--name", "shop.example/audit"];
  execFileSync(process.execPath, [MAIN, ...keygen], { cwd: folder });
  const signer = readSigner("log", readFileSync(join(folder, "log.key"), "utf8"), "log.key");
  mkdirSync(join(folder, "audit"), { mode: 0o700 });
  const log = await AuditLog.open({ directory: join(folder, "audit"), signer, create: true });
  const append = (number: number) =>
    log.append({ kind: "reveal", action: "open", outcome: "done", ids: { grant: `g-${number}` } });
  await Promise.all(Array.from({ length: 200 }, (_, number) => append(number)));
  writeFileSync(join(folder, "checkpoint.kept"), log.checkpoint);
  await Promise.all(Array.from({ length: 100 }, (_, number) => append(200 + number)));
  await log.close();
  return folder;
}

test("the page's session goes as it is printed", async () => {
  const folder = await prepared();
  expect(STEPS.map(({ command }) => command.split(" ")[2])).toEqual([
    "verify",
    "prove",
    "verify",
    "keygen",
    "witness",
    "cosign",
    "verify",
  ]);
  let witness = "";
  for (const { command, output } of STEPS) {
    if (command.startsWith("scrim audit witness ")) {
      const said = await serveStep(command, folder);
      expect(lasting(said)).toBe(lasting(output));
      witness = /http:\S+/.exec(said)![0];
      continue;
    }
    const { code, said } = await runStep(command.replace(/http:\S+/, witness), folder);
    expect([code, lasting(said)], command).toEqual([0, lasting(output)]);
  }
}, 180_000);
