/** Appends without end, and prints each receipt on a line once it has it: what kill.test.ts kills. */
import { readFileSync, writeSync } from "node:fs";
import { AuditLog, readSigner, receiptProof } from "@scrim/audit";

const [directory, keyFile] = process.argv.slice(2);
const signer = readSigner("log", readFileSync(keyFile!, "utf8"), keyFile!);
const log = await AuditLog.open({ directory: directory!, signer, create: true });
say("ready");
for (let number = 0; ; number += 8) {
  const numbers = Array.from({ length: 1 + (number % 40) }, (_, at) => number + at);
  const appended = numbers.map(async (each) => {
    const receipt = await log.append({ kind: "use", action: "capture", facts: { number: each } });
    say(JSON.stringify(receiptProof(receipt)));
  });
  await Promise.all(appended);
}

/** Written at once: a pipe that Node writes to later would lose what was said before a kill. One that is full is waited for. */
function say(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
