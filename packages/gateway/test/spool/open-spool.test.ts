import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, MetricRegistry } from "@scrim/pipeline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type OpenedSpool, openSpool, spoolDirectory } from "../../src/spool/open-spool.ts";
import { SpoolConfig } from "../../src/spool/spool-config.ts";
import { WriterThread } from "../../src/spool/writer-thread.ts";
import { numbered } from "./model-spool.ts";

let parent: string;
let directory: string;
const opened: OpenedSpool[] = [];
const warnings: string[] = [];
const log: Log = { info: () => undefined, warn: (message) => void warnings.push(message) };

beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), "scrim-spool-")));
  directory = join(parent, "state", "spool");
  warnings.length = 0;
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const spool of opened.splice(0)) await spool.shutdown();
  rmSync(parent, { recursive: true, force: true });
});

async function open(
  config: Parameters<typeof SpoolConfig.parse>[0] = {},
  at = directory,
  exporters = ["a", "b/second"],
) {
  const metrics = new MetricRegistry();
  const spool = await openSpool(SpoolConfig.parse({ min_free_space: 0, ...(config as object) }), {
    ...{ directory: at, exporters, metrics, log },
  });
  opened.push(spool);
  return { ...spool, metrics };
}

async function takeAll(spool: OpenedSpool, exporter: string): Promise<number[]> {
  const outlet = spool.outlet(exporter);
  const numbers: number[] = [];
  for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
    numbers.push(queued.batch.bytes.readUInt32LE());
    outlet.settle(queued);
  }
  return numbers;
}

test("batches outlive their process, each for the exporters it is for", async () => {
  const first = await open();
  await Promise.all([1, 2, 3].map((number) => first.append(numbered(number, 5_000), ["a", "b/second"])));
  expect(await takeAll(first, "a")).toEqual([1, 2, 3]);
  await first.shutdown();
  await first.shutdown();
  const second = await open({ memory: 0 });
  await second.append({ ...numbered(4), approvals_checked: true, signal: "traces" }, ["a", "b/second"]);
  expect(await takeAll(second, "b/second")).toEqual([1, 2, 3, 4]);
  const last = await second.outlet("a").take();
  expect(last!.batch).toMatchObject({ signal: "traces", approvals_checked: true, items: numbered(4).items });
  expect(last!.batch.bytes.equals(numbered(4).bytes)).toBe(true);
  expect(Math.abs(last!.accepted_at_ms - Date.now())).toBeLessThan(60_000);
});

test("many at once share syncs", async () => {
  const spool = await open();
  await Promise.all(Array.from({ length: 200 }, (_, index) => spool.append(numbered(index + 1, 500), ["a"])));
  const syncs = Number(/scrim_spool_syncs_total (\d+)/.exec(spool.metrics.exposition())![1]);
  expect(syncs).toBeLessThan(50);
  expect(await takeAll(spool, "a")).toHaveLength(200);
});

test("134: no file or folder is for others, and none is named for data", async () => {
  const spool = await open();
  await spool.append(numbered(1), ["a", "b/second"]);
  await spool.deadLetters.append(numbered(2), "b/second", "refused");
  expect(await takeAll(spool, "a")).toEqual([1]);
  await spool.shutdown();
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  expect(files.map(({ name }) => name).toSorted()).toEqual(
    expect.arrayContaining(["000000000001.segment", "a.cursor", "b~2fsecond", "lock"]),
  );
  for (const file of files) {
    const mode = statSync(join(file.parentPath, file.name)).mode & 0o777;
    expect(mode, file.name).toBe(file.isDirectory() ? 0o700 : 0o600);
  }
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

const UNSAFE: readonly (readonly [name: string, make: () => string, message: RegExp])[] = [
  [
    "a symbolic link",
    () => {
      mkdirSync(join(parent, "real"));
      symlinkSync(join(parent, "real"), join(parent, "link"));
      return join(parent, "link");
    },
    /symbolic link/,
  ],
  [
    "a folder that others may write to",
    () => {
      mkdirSync(join(parent, "open"));
      chmodSync(join(parent, "open"), 0o770);
      return join(parent, "open");
    },
    /others may write/,
  ],
  [
    "a folder directly under a shared one",
    () => join(realpathSync(tmpdir()), "scrim-spool-shared"),
    /all users share/,
  ],
  [
    "a folder under one that others may write to",
    () => {
      mkdirSync(join(parent, "loose"));
      chmodSync(join(parent, "loose"), 0o777);
      return join(parent, "loose", "spool");
    },
    /folder above/,
  ],
  [
    "a file",
    () => {
      writeFileSync(join(parent, "file"), "");
      return join(parent, "file");
    },
    /folder/,
  ],
];
test.each(UNSAFE)("134: %s is refused", async (_name, make, message) => {
  const at = make();
  const error = await open({}, at).catch((refusal) => refusal);
  rmSync(join(realpathSync(tmpdir()), "scrim-spool-shared"), { recursive: true, force: true });
  expect(error).toMatchObject({ code: "STORE_UNUSABLE", message: expect.stringMatching(message) });
});

test("134: a symbolic link in a segment's place is not followed", async () => {
  const first = await open();
  await first.append(numbered(1), ["a"]);
  await first.shutdown();
  const path = join(directory, "segments", "000000000001.segment");
  rmSync(path);
  writeFileSync(join(parent, "elsewhere"), "secret");
  symlinkSync(join(parent, "elsewhere"), path);
  const second = await open();
  expect(await takeAll(second, "a")).toEqual([]);
  await second.append(numbered(2), ["a"]);
  expect(await takeAll(second, "a")).toEqual([2]);
});

test("a folder has one user", async () => {
  await open();
  await expect(open()).rejects.toMatchObject({
    code: "STORE_UNUSABLE",
    message: expect.stringContaining("another process"),
  });
  // Who was refused has not given back the lock of who has it.
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "spool-process.ts"),
      "take",
      directory,
    ],
    { encoding: "utf8", timeout: 60_000 },
  );
  expect([status, stderr]).toEqual([1, expect.stringContaining("another process uses this spool")]);
}, 120_000);

test("when the thread that writes dies, what was asked of it fails, and the next one goes on", async () => {
  let thread: WriterThread | undefined;
  const { request } = WriterThread.prototype;
  vi.spyOn(WriterThread.prototype, "request").mockImplementation(function (this: WriterThread, ...args) {
    thread = this;
    return request.apply(this, args);
  });
  const spool = await open();
  await spool.append(numbered(1), ["a"]);
  const outcomes = Promise.allSettled([2, 3, 4].map((number) => spool.append(numbered(number, 1e6), ["a"])));
  await Promise.resolve();
  await thread!.kill();
  const results = await outcomes;
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "QUEUE_FAILED" });
  }
  expect(results.some(({ status }) => status === "rejected")).toBe(true);
  expect(warnings.join()).toContain("started again");
  await vi.waitFor(() => spool.append(numbered(5), ["a"]), { timeout: 20_000, interval: 100 });
  const acknowledged = [2, 3, 4].filter((_, index) => results[index]!.status === "fulfilled");
  expect(await takeAll(spool, "a")).toEqual([1, ...acknowledged, 5]);
  await spool.shutdown();
  const again = await open();
  expect(await takeAll(again, "a")).toEqual([]);
});

test("who waits for room when the spool ends is refused, and nothing is written any more", async () => {
  const first = await open({ max_size: "16MiB" });
  const big = () => numbered(1, 3 * 2 ** 20);
  for (let number = 0; number < 5; number++) await first.append(big(), ["a"]);
  const late = first.append(big(), ["a"]).catch((error) => error);
  const queued = [];
  for (let one = await first.outlet("a").take(); one !== undefined; one = await first.outlet("a").take())
    queued.push(one);
  const letter = first.deadLetters; // is told later than the spool
  const ended = first.shutdown();
  for (const one of queued) first.outlet("a").settle(one);
  await ended;
  expect(await late).toMatchObject({ code: "QUEUE_FAILED" });
  await expect(letter.append(numbered(2), "a", "refused")).rejects.toMatchObject({ code: "QUEUE_FAILED" });
  const again = await open({ max_size: "16MiB" });
  expect(again.metrics.exposition()).not.toContain('scrim_dead_letter_bytes{exporter="a"}');
}, 120_000);

test("dead letters are kept with their reason, and bounded for each exporter", async () => {
  const spool = await open({ dead_letters: { max_size: "1MiB" } });
  await spool.deadLetters.append(numbered(1, 900_000), "a", "refused");
  await expect(spool.deadLetters.append(numbered(2, 900_000), "a", "refused")).rejects.toMatchObject({
    code: "QUEUE_FULL",
  });
  await spool.deadLetters.append(numbered(3, 900_000), "b/second", "too_large");
  await spool.shutdown();
  const again = await open({ dead_letters: { max_size: "1MiB" } });
  expect(again.metrics.exposition()).toMatch(/scrim_dead_letter_bytes\{exporter="a"\} 9\d{5}/);
  await expect(again.deadLetters.append(numbered(2, 900_000), "a", "refused")).rejects.toMatchObject({
    code: "QUEUE_FULL",
  });
});

test("the folder is the service manager's, else the user's own", () => {
  expect(spoolDirectory({ STATE_DIRECTORY: "/var/lib/scrim:/var/lib/other", HOME: "/root" })).toBe(
    "/var/lib/scrim/spool",
  );
  expect(spoolDirectory({ XDG_STATE_HOME: "/home/x/.state" })).toBe("/home/x/.state/scrim/spool");
  expect(spoolDirectory({})).toMatch(/\/\.local\/state\/scrim\/spool$/);
});
