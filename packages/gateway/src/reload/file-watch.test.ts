import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ConfigFiles } from "@scrim/pipeline";
import { expect, onTestFinished, test } from "vitest";
import { FileWatch } from "./file-watch.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const RESETS = 20;

test("what was read for former configurations leaves memory", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-watch-"));
  const files = ["a", "b"].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, "text");
  const read: WeakRef<ConfigFiles>[] = [];
  const readAll = () => {
    const attempt = new ConfigFiles();
    read.push(new WeakRef(attempt));
    // One of the two in turn: the other keeps its mark.
    attempt.read(files[read.length % 2]!, 100);
    return attempt;
  };
  const watch = new FileWatch(
    60_000,
    () => files,
    () => {},
    readAll(),
  );
  onTestFinished(() => {
    watch.close();
    rmSync(folder, { recursive: true });
  });
  for (let n = 0; n < RESETS; n++) watch.reset(readAll());
  for (let n = 0; n < 5; n++) {
    await setImmediate();
    collect();
  }
  expect(read).toHaveLength(RESETS + 1);
  expect(read.filter((one) => one.deref() !== undefined).length).toBeLessThanOrEqual(1);
});
