import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, generateNoteKeys, type Receipt, readSigner, readVerifier } from "@scrim/audit";

export const KEYS = generateNoteKeys("log", "shop.example/audit");
export const SIGNER = readSigner("log", KEYS.privateKey, "log.key");
export const PUBLIC_KEY = readVerifier("log", KEYS.publicKey, "log.pub");

/** A folder with a log of so many entries, appended in batches. */
export async function logFolder(
  count: number,
  batch = 50,
  directory: string = mkdtempSync(join(tmpdir(), "scrim-log-")),
): Promise<{ directory: string; receipts: Receipt[] }> {
  const log = await AuditLog.open({ directory, signer: SIGNER, create: true });
  const receipts: Receipt[] = [];
  for (let first = 0; first < count; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - first) }, (_, at) => first + at);
    const events = numbers.map((number) => log.append({ kind: "use", action: "capture", facts: { number } }));
    receipts.push(...(await Promise.all(events)));
  }
  await log.close();
  return { directory, receipts };
}
