import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, directorySource, parseProof, readBundles, verifyLog, verifyProof } from "@scrim/audit";
import { expect, test } from "vitest";
import { KEYS, PUBLIC_KEY, SIGNER } from "./log-folder.ts";

const KILLS = 50;
const AFTER_MAX_MS = 120;

/** Runs an appender on the log, kills it some time after its log is open, and gives what it had printed. */
async function runAndKill(directory: string, keyFile: string, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "appender.ts"), directory, keyFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let isReady = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (isReady || !output.includes("ready\n")) return;
    isReady = true;
    setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  const signal = await new Promise((resolve) => child.on("close", (_, name) => resolve(name)));
  expect(signal).toBe("SIGKILL");
  return output
    .split("\n")
    .slice(1, -1) // the last line may be cut off
    .map((line) => JSON.parse(line) as string);
}

test(`an appender is killed ${KILLS} times: each receipt it has printed holds against the log that is left`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-kill-"));
  const [directory, keyFile] = [join(folder, "log"), join(folder, "log.key")];
  writeFileSync(keyFile, KEYS.privateKey, { mode: 0o600 });
  const checkpoints = new Map<number, Buffer>();
  let receipts = 0;
  let size = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const proofs = await runAndKill(directory, keyFile, Math.random() * AFTER_MAX_MS);
    const log = await AuditLog.open({ directory, signer: SIGNER });
    expect(log.size).toBeGreaterThanOrEqual(size);
    const before = size;
    size = log.size;
    await log.close();
    const entries: Buffer[] = [];
    for await (const bundle of readBundles(directorySource(directory), size, before)) {
      for (const [at, entry] of bundle.entries.entries()) entries[bundle.first + at] = entry;
    }
    for (const proof of proofs) {
      const { index, entry } = verifyProof(Buffer.from(proof), { publicKey: PUBLIC_KEY });
      expect(entries[index]?.equals(entry)).toBe(true);
      const checkpoint = Buffer.from(parseProof(Buffer.from(proof)).checkpoint);
      checkpoints.set(Number(checkpoint.toString().split("\n")[1]), checkpoint);
    }
    receipts += proofs.length;
  }
  const verified = await verifyLog(directory, { publicKey: PUBLIC_KEY, since: [...checkpoints.values()] });
  expect(verified).toMatchObject({ size, against: "kept checkpoint", unknownEntries: 0 });
  console.log(`audit: killed ${KILLS} times; ${receipts} receipts hold, in a log of ${size}`);
  expect(receipts).toBeGreaterThan(KILLS);
  rmSync(folder, { recursive: true });
}, 300_000);
