import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock, withLock } from "./file-lock.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-lock-"));
  path = join(folder, "store");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

function leave(holder: unknown): void {
  writeFileSync(`${path}.lock`, JSON.stringify(holder));
}

test("one holds it at a time, the next gets it, and nothing is left behind", async () => {
  const first = await takeLock(path);
  await expect(takeLock(path, 30)).rejects.toMatchObject({ code: "STORE_UNUSABLE", path: `${path}.lock` });
  const second = takeLock(path);
  first.release();
  (await second).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock that a killed process left is taken over", async () => {
  leave({ host: hostname(), pid: endedPid() });
  (await takeLock(path, 1_000)).release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each<[string, () => unknown]>([
  ["of a process that lives", () => ({ host: hostname(), pid: process.pid })],
  ["of a process elsewhere", () => ({ host: "elsewhere.example", pid: endedPid() })],
  ["that says nothing", () => ({})],
])("a lock %s stays", async (_, holder) => {
  leave(holder());
  await expect(takeLock(path, 50)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test("while another looks into a left lock, it is not removed from under it", async () => {
  leave({ host: hostname(), pid: endedPid() });
  mkdirSync(`${path}.lock.left`);
  await expect(takeLock(path, 50)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test("it is released where what is done under it fails", async () => {
  const failing = withLock(path, () => {
    throw new Error("planted");
  });
  await expect(failing).rejects.toThrow("planted");
  expect(await withLock(path, () => 7)).toBe(7);
});
