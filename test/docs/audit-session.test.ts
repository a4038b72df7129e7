import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, readSigner } from "@scrim/audit";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

const MAIN = join(ROOT, "packages/cli/src/main.ts");
const PAGE = readFileSync(join(ROOT, "docs/audit.md"), "utf8");

/** Commands behind `$` on the page, each with what it prints. */
const STEPS = [...PAGE.matchAll(/^```console\n([\s\S]*?)^```/gm)]
  .flatMap(([, session]) => session!.split(/^\$ /m).slice(1))
  .map((step) => {
    const [command = "", ...output] = step.trimEnd().split("\n");
    return { command, output: output.join("\n") };
  });

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

function start(command: string, folder: string): { child: ChildProcess; said: () => string } {
  const child = spawn("sh", ["-c", `scrim() { "$NODE" "$MAIN" "$@"; }; ${command}`], {
    cwd: folder,
    env: { ...process.env, NODE: process.execPath, MAIN },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stderr, child.stdout]) {
    stream.on("data", (data: Buffer) => {
      text += data;
    });
  }
  return { child, said: () => text };
}

/** Starts the witness, on a free port and without a shell, so that it can be told to stop; resolves with what it says. */
async function serve(command: string, folder: string): Promise<string> {
  const args = [MAIN, ...command.split(" ").slice(1), "--listen", "127.0.0.1:0"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (data: Buffer) => {
      text += data;
      if (text.includes("ready")) resolve();
    });
    child.on("exit", () => reject(new Error(text)));
  });
  return text;
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
      const said = await serve(command, folder);
      expect(lasting(said)).toBe(lasting(output));
      witness = /http:\S+/.exec(said)![0];
      continue;
    }
    const { child, said } = start(command.replace(/http:\S+/, witness), folder);
    const [code] = await once(child, "close");
    expect([code, lasting(said())], command).toEqual([0, lasting(output)]);
  }
}, 180_000);
