import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ConfigFiles, filesAsRead } from "./config-files.ts";

function makeFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "scrim-config-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "file");
  writeFileSync(file, text);
  return file;
}

test("all who read a file see what it held the first time, and that it holds something else by now", () => {
  const file = makeFile("one");
  const attempt = new ConfigFiles();
  const component = new ConfigFiles(attempt);
  expect(component.read(file, 10).bytes.toString()).toBe("one");
  writeFileSync(file, "two");
  expect(component.read(file, 10).bytes.toString()).toBe("one");
  expect(new ConfigFiles(attempt).read(file, 10).bytes.toString()).toBe("one");
  expect(component.hasChanged(attempt)).toBe(false);
  expect(component.hasChanged()).toBe(true);
  expect(component.hasChanged(new ConfigFiles())).toBe(true);
  expect(attempt.files).toEqual([file]);
});

test("what somebody else has read stands for the file; what they haven't is read", () => {
  const [file, other] = [makeFile("one"), makeFile("other")];
  const first = new ConfigFiles();
  first.read(file, 10);
  chmodSync(file, 0o640);
  writeFileSync(file, "two");
  const second = new ConfigFiles(filesAsRead(first.contents));
  expect(second.read(file, 10)).toEqual({ bytes: Buffer.from("one"), mode: 0o100644 });
  expect(second.read(other, 10).bytes.toString()).toBe("other");
  expect([second.hasChanged(filesAsRead(first.contents)), second.hasChanged()]).toEqual([false, true]);
});

test("a file that can't be read is noted, and has changed once it can be", () => {
  const file = makeFile("long enough");
  rmSync(file);
  const files = new ConfigFiles();
  expect(() => files.read(file, 10)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  expect([files.files, files.hasChanged()]).toEqual([[file], false]);
  writeFileSync(file, "long enough");
  expect(files.hasChanged()).toBe(true);
});

test("one that is too long for whoever asks is refused, whoever had read it before, and hasn't changed by that", () => {
  const file = makeFile("long enough");
  const files = new ConfigFiles();
  expect(() => files.read(file, 10)).toThrow(RangeError);
  expect(files.hasChanged()).toBe(false);
  files.read(file, 11);
  expect(() => files.read(file, 10)).toThrow(RangeError);
});

test("one that is too large to be looked into never seems to have changed, whoever has read it", () => {
  const file = makeFile("");
  truncateSync(file, 17 * 1024 * 1024);
  const files = new ConfigFiles();
  files.read(file, 32 * 1024 * 1024);
  expect(files.hasChanged()).toBe(false);
});

test("one that grows for ever comes to an end, and a pipe keeps its mark", () => {
  expect(() => new ConfigFiles().read("/dev/zero", 1_000)).toThrow(RangeError);
  const pipe = `${makeFile("")}.pipe`;
  execFileSync("mkfifo", [pipe]);
  const files = new ConfigFiles();
  files.note(pipe);
  expect([files.has(pipe), files.hasChanged()]).toEqual([true, false]);
});
