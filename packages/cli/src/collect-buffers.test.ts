import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { collectBuffers } from "./collect-buffers.ts";

const MIB = 1024 * 1024;
const bufferMib = () => process.memoryUsage().arrayBuffers / MIB;

/** Buffers that were held for a moment. */
async function leaveBuffers(mib: number): Promise<void> {
  let held: Buffer[] = [];
  for (let n = 0; n < mib; n++) held.push(Buffer.alloc(MIB));
  await sleep(1);
  held = [];
}

test("buffers that nothing holds any more are given back, where they take much memory", async () => {
  await leaveBuffers(100);
  await sleep(300);
  expect(bufferMib(), "V8 does it by itself: there is no need for this any more").toBeGreaterThan(90);
  collectBuffers();
  await expect.poll(bufferMib).toBeLessThan(32);
  // Buffers in use stay, and are not looked at again and again.
  const held = Array.from({ length: 100 }, () => Buffer.alloc(MIB, 1));
  await sleep(300);
  expect(held.every((buffer) => buffer[0] === 1)).toBe(true);
});
