import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOwnedFile } from "./owned-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-owned-"));
  path = join(folder, "file");
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (isPrivate = false) => readOwnedFile({ path, isPrivate, bytesMax: 10 });

test("a file that is its owner's, and small, is read", () => {
  writeFileSync(path, "0123456789", { mode: 0o644 });
  expect(read()).toBe("0123456789");
  chmodSync(path, 0o600);
  expect(read(true)).toBe("0123456789");
});

const REFUSED: readonly [name: string, make: () => void, says: RegExp][] = [
  ["one that isn't there", () => {}, /ENOENT/],
  ["one that is too large", () => writeFileSync(path, "0123456789a", { mode: 0o600 }), /more than 10 bytes/],
  ["a folder", () => mkdirSync(path, { mode: 0o700 }), /no file/],
  ["a pipe that nobody writes to", () => execFileSync("mkfifo", ["-m", "600", path]), /no file/],
  ["one that others may read", () => make(0o604), /others than its owner may read or write it/],
  ["one that its group may read", () => make(0o640), /others than its owner may read or write it/],
];

test.each(REFUSED)("%s is refused where it should be private", (_, prepare, says) => {
  prepare();
  expect(() => read(true)).toThrow(expect.objectContaining({ code: "CONFIG_UNREADABLE", path }));
  expect(() => read(true)).toThrow(says);
});

test.each([0o666, 0o664, 0o646])("one of mode %o is refused, though it needn't be private", (mode) => {
  make(mode);
  expect(() => read()).toThrow(/others than its owner may write it/);
});

function make(mode: number): void {
  writeFileSync(path, "");
  chmodSync(path, mode);
}
