/** Appends without end, and prints each receipt on a line once it has it: what kill.test.ts kills. */
import { readFileSync, writeSync } from "node:fs";
import { AuditLog, readSigner, receiptProof } from "@scrim/audit";

const [directory, keyFile] = process.argv.slice(2);
const signer = readSigner("log", readFileSync(keyFile!, "utf8"), keyFile!);
const log = await AuditLog.open({ directory: directory!, signer, create: true });
writeSync(1, "ready\n");
for (let number = 0; ; number += 8) {
  const numbers = Array.from({ length: 1 + (number % 40) }, (_, at) => number + at);
  const appended = numbers.map(async (each) => {
    const receipt = await log.append({ kind: "use", action: "capture", facts: { number: each } });
    writeSync(1, `${JSON.stringify(receiptProof(receipt))}\n`);
  });
  await Promise.all(appended);
}
