import { expect, test, vi } from "vitest";
import { DeadLetterLog } from "../../src/spool/dead-letter-log.ts";
import {
  SPOOL_DROPPED_ITEMS,
  SPOOL_RECOVERED_ITEMS,
  SPOOL_UNCLAIMED_ITEMS,
} from "../../src/spool/spool-metrics.ts";
import { filesOf, ModelFiles } from "./model-files.ts";
import { FOLDER, type ModelSpool, numbered, openModelSpool } from "./model-spool.ts";

const FULL = { code: "QUEUE_FULL" };

async function take({ spool }: ModelSpool, exporter = "a"): Promise<number | undefined> {
  const outlet = spool.outlet(exporter);
  const queued = await outlet.take();
  if (queued !== undefined) outlet.settle(queued);
  return queued?.batch.bytes.readUInt32LE();
}

/** Lets what was started in the background end. */
const turns = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a full spool refuses, delivers on, and takes again once a segment is delivered", async () => {
  const opened = await openModelSpool(new ModelFiles(), { max_bytes: 40_000, segment_bytes: 10_000 });
  let taken = 0;
  for (let refused = false; !refused; ) {
    await opened.spool.append(numbered(taken + 1, 700), ["a"]).then(
      () => taken++,
      (error) => {
        expect(error).toMatchObject(FULL);
        refused = true;
      },
    );
  }
  expect(taken).toBeGreaterThan(4);
  for (let number = 1; number <= 4; number++) expect(await take(opened)).toBe(number);
  await turns();
  await opened.spool.append(numbered(taken + 1, 700), ["a"]);
  for (let number = 5; number <= taken + 1; number++) expect(await take(opened)).toBe(number);
  expect(await take(opened)).toBe(undefined);
  await opened.close();
});

test("who finds no room waits for it, in the order of coming", async () => {
  const opened = await openModelSpool(new ModelFiles(), {
    max_bytes: 40_000,
    segment_bytes: 10_000,
    wait_max_ms: 3_000,
    memory_bytes: 1e6,
  });
  const order: number[] = [];
  const appended = Array.from({ length: 16 }, (_, index) =>
    opened.spool.append(numbered(index + 1, 700), ["a"]).then(() => order.push(index + 1)),
  );
  const came: (number | undefined)[] = [];
  for (let tries = 0; came.length < 16 && tries < 2_000; tries++) {
    const number = await take(opened);
    if (number === undefined) await turns();
    else came.push(number);
  }
  expect(came).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  await Promise.all(appended);
  expect(order).toHaveLength(16);
  await opened.close();
});

test("answers are held back the longer the less room there is", async () => {
  const opened = await openModelSpool(new ModelFiles(), {
    max_bytes: 100_000,
    segment_bytes: 20_000,
    wait_max_ms: 80,
  });
  const took: number[] = [];
  for (let number = 1; number <= 60; number++) {
    const started = performance.now();
    const error = await opened.spool.append(numbered(number, 1_200), ["a"]).catch((refusal) => refusal);
    took.push(performance.now() - started);
    if (error !== undefined) {
      expect(error).toMatchObject(FULL);
      break;
    }
  }
  expect(took.length).toBeGreaterThan(20);
  expect(Math.max(...took.slice(0, 10))).toBeLessThan(60);
  expect(took.at(-2)!).toBeGreaterThan(60);
  await opened.close();
});

test("a batch larger than half of the spool is refused at once, and for good", async () => {
  const opened = await openModelSpool(new ModelFiles(), { max_bytes: 40_000, wait_max_ms: 60_000 });
  await expect(opened.spool.append(numbered(1, 39_000), ["a"])).rejects.toMatchObject({ code: "TOO_LARGE" });
  await opened.close();
});

test("drop_oldest makes room by whole segments, and counts what it costs whom", async () => {
  const options = { max_bytes: 40_000, segment_bytes: 10_000, drops_oldest: true };
  const opened = await openModelSpool(new ModelFiles(), options);
  await opened.spool.append(numbered(1, 700), ["a", "b/second"]);
  expect(await take(opened, "b/second")).toBe(1);
  const count = 30;
  for (let number = 2; number <= count; number++) await opened.spool.append(numbered(number, 700), ["a"]);
  const came: number[] = [];
  for (let number = await take(opened); number !== undefined; number = await take(opened)) came.push(number);
  expect(came.at(-1)).toBe(count);
  expect(came.length).toBeLessThan(10);
  const items = (numbers: readonly number[]) =>
    numbers.reduce((sum, number) => sum + numbered(number).items, 0);
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const dropped = opened.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "a", reason: "full" });
  expect(dropped + items(came)).toBe(items(all));
  expect(opened.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "b/second", reason: "full" })).toBe(0);
  await opened.close();
});

test("a batch that was taken when its segment is dropped may still be settled, and does not count as dropped", async () => {
  const options = { max_bytes: 40_000, segment_bytes: 10_000, drops_oldest: true };
  const opened = await openModelSpool(new ModelFiles(), options);
  await opened.spool.append(numbered(1, 700), ["a"]);
  const outlet = opened.spool.outlet("a");
  const first = (await outlet.take())!;
  for (let number = 2; number <= 30; number++) await opened.spool.append(numbered(number, 700), ["a"]);
  const before = outlet.items;
  outlet.settle(first);
  outlet.settle(first);
  expect(outlet.items).toBe(before - first.batch.items);
  while ((await take(opened)) !== undefined);
  expect(outlet.items).toBe(0);
  await opened.close();
});

test("batches that a clock in the future has dated don't make those old that come after it was set right", async () => {
  const hour = 3_600_000;
  vi.useFakeTimers({ now: Date.now() + 1_000 * hour, toFake: ["Date", "setInterval", "clearInterval"] });
  try {
    const files = new ModelFiles();
    const first = await openModelSpool(files, { max_age_ms: hour });
    await first.spool.append(numbered(1, 700), ["a"]);
    await first.close();
    vi.setSystemTime(Date.now() - 1_000 * hour);
    const second = await openModelSpool(files, { seed: 2, max_age_ms: hour });
    for (let number = 2; number <= 20; number++) await second.spool.append(numbered(number, 700), ["a"]);
    expect(await take(second)).toBe(1);
    await turns();
    vi.advanceTimersByTime(60_000); // ages are looked at
    for (let number = 2; number <= 20; number++) expect(await take(second)).toBe(number);
    await second.close();
  } finally {
    vi.useRealTimers();
  }
});

test("batches older than max_age are dropped at start and counted; a clock that jumps while it runs drops none", async () => {
  const files = new ModelFiles();
  const first = await openModelSpool(files);
  for (let number = 1; number <= 6; number++) await first.spool.append(numbered(number, 700), ["a"]);
  await first.close();
  const hour = 3_600_000;
  const contents = files.contents();
  vi.useFakeTimers({ now: Date.now() + 2 * hour, toFake: ["Date", "setInterval", "clearInterval"] });
  try {
    const second = await openModelSpool(new ModelFiles([], filesOf(contents)), { seed: 2, max_age_ms: hour });
    // The newest segment stays until another takes its place.
    expect(await take(second)).toBe(5);
    const dropped = second.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "a", reason: "too_old" });
    expect(dropped).toBe([1, 2, 3, 4].reduce((sum, number) => sum + numbered(number).items, 0));
    vi.setSystemTime(Date.now() + 1_000 * hour);
    await second.spool.append(numbered(7, 700), ["a"]);
    await second.spool.append(numbered(8, 700), ["a"]);
    vi.setSystemTime(Date.now() - 5_000 * hour);
    for (let number = 9; number <= 40; number++) await second.spool.append(numbered(number, 700), ["a"]);
    vi.advanceTimersByTime(60_000); // ages are looked at
    for (let number = 7; number <= 40; number++) expect(await take(second)).toBe(number);
    await second.close();
  } finally {
    vi.useRealTimers();
  }
});

test("batches of an exporter that is not configured any more stay, until they are to be forgotten", async () => {
  const files = new ModelFiles();
  const first = await openModelSpool(files);
  await first.spool.append(numbered(1), ["a", "b/second"]);
  expect(await take(first)).toBe(1);
  await first.close();
  const second = await openModelSpool(files, { seed: 2, exporters: ["a"] });
  expect(second.metrics.value(SPOOL_UNCLAIMED_ITEMS, { exporter: "b/second" })).toBe(numbered(1).items);
  expect(second.metrics.value(SPOOL_RECOVERED_ITEMS, { exporter: "b/second" })).toBe(numbered(1).items);
  await second.close();
  const third = await openModelSpool(files, { seed: 3, exporters: ["a"], forget: ["b/second"] });
  expect(third.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "b/second", reason: "forgotten" })).toBe(
    numbered(1).items,
  );
  await third.close();
  const fourth = await openModelSpool(files, { seed: 4 });
  expect(await take(fourth, "b/second")).toBe(undefined);
  await fourth.close();
});

test("an exporter that is configured is not forgotten", async () => {
  const files = new ModelFiles();
  const first = await openModelSpool(files);
  await first.spool.append(numbered(1), ["a"]);
  await first.close();
  const second = await openModelSpool(files, { seed: 2, forget: ["a"] });
  expect(await take(second)).toBe(1);
  await second.close();
});

test("a disk without room to spare refuses, and is asked again", async () => {
  const files = new ModelFiles();
  const opened = await openModelSpool(files, { min_free_bytes: 1e6 });
  await opened.spool.append(numbered(1), ["a"]);
  files.free = 1e6;
  // Room that was written ahead is there to be used.
  let refused: unknown;
  for (let number = 2; refused === undefined && number < 100; number++) {
    refused = await opened.spool.append(numbered(number, 700), ["a"]).catch((error) => error);
  }
  expect(refused).toMatchObject(FULL);
  expect(await take(opened)).toBe(1);
  files.free = 2e9;
  await opened.spool.append(numbered(200), ["a"]);
  await opened.close();
});

test("dead letters that the disk has no room for wait, and use up nothing of their own room", async () => {
  const files = new ModelFiles();
  const { writer, metrics, close } = await openModelSpool(files);
  const place = { folder: FOLDER, segment_bytes: 100_000, min_free_bytes: 0 };
  const letters = new DeadLetterLog({ place, writer, metrics, max_bytes: 10_000 });
  files.free = 0;
  for (let tries = 0; tries < 50; tries++)
    await expect(letters.append(numbered(1, 700), "a", "refused")).rejects.toMatchObject({
      code: "QUEUE_FAILED",
    });
  files.free = 1e9;
  await vi.waitFor(() => letters.append(numbered(1, 700), "a", "refused"), {
    timeout: 20_000,
    interval: 100,
  });
  await letters.shutdown();
  await close();
});

test("where the disk has no room for a cursor, what is delivered makes it", async () => {
  class WithoutCursors extends ModelFiles {
    override create(path: string): number {
      if (path.includes("/cursors/")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return super.create(path);
    }
  }
  const files = new WithoutCursors();
  const opened = await openModelSpool(files);
  for (let number = 1; number <= 6; number++) await opened.spool.append(numbered(number, 700), ["a"]);
  const segments = () => files.paths().filter((path) => path.endsWith(".segment")).length;
  const before = segments();
  for (let number = 1; number <= 6; number++) expect(await take(opened)).toBe(number);
  await turns();
  expect(before).toBeGreaterThan(2);
  expect(segments()).toBe(1);
  await opened.close();
  const again = await openModelSpool(new ModelFiles([], filesOf(files.contents())), { seed: 2 });
  await again.spool.append(numbered(7), ["a"]);
  let last: number | undefined;
  for (let number = await take(again); number !== undefined; number = await take(again)) last = number;
  expect(last).toBe(7);
  await again.close();
});

test("an outlet tells who waits as soon as something comes, and when it is called off", async () => {
  const opened = await openModelSpool(new ModelFiles());
  const outlet = opened.spool.outlet("a");
  const waited = outlet.wait(new AbortController().signal);
  await opened.spool.append(numbered(1), ["b/second"]);
  await opened.spool.append(numbered(2), ["a"]);
  await waited;
  expect(await take(opened)).toBe(2);
  const caller = new AbortController();
  const calledOff = outlet.wait(caller.signal);
  caller.abort();
  await calledOff;
  await outlet.wait(AbortSignal.abort());
  await opened.close();
});

test("two that take at once get different batches", async () => {
  const opened = await openModelSpool(new ModelFiles());
  for (let number = 1; number <= 8; number++) await opened.spool.append(numbered(number), ["a"]);
  const taken = await Promise.all(Array.from({ length: 10 }, () => take(opened)));
  expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, undefined, undefined]);
  await opened.close();
});

test("what is appended after the end is refused", async () => {
  const opened = await openModelSpool(new ModelFiles());
  await opened.close();
  await expect(opened.spool.append(numbered(1), ["a"])).rejects.toMatchObject({ code: "QUEUE_FAILED" });
});

test.each([
  ["says that it fails, where it never takes the cursors: what was settled comes once more", 1_000, [1]],
  ["is tried again: what was settled does not come once more", 6, []],
])("a disk that fails at the shutdown %s", async (_what, failures, again) => {
  const files = new ModelFiles();
  const opened = await openModelSpool(files);
  await opened.spool.append(numbered(1), ["a"]);
  const from = files.calls;
  files.faults = Array.from({ length: failures }, (_, index) => ({
    at: from + index,
    code: "EIO",
    effect: "none",
    isCrash: false,
  }));
  expect(await take(opened)).toBe(1);
  await opened.close();
  const said = again.map(() => "service.spool: cursors could not be written at the end");
  expect(opened.warnings).toEqual(said);
  files.faults = [];
  const next = await openModelSpool(files);
  for (const number of again) expect(await take(next)).toBe(number);
  expect(await take(next)).toBeUndefined();
  await next.close();
});

test("nothing is kept in memory for outlets that are far behind, and again once they are not", async () => {
  const opened = await openModelSpool(new ModelFiles(), { memory_bytes: 100_000, segment_bytes: 1_000_000 });
  const inMemory = () => Number(/^scrim_spool_memory_bytes (\d+)$/m.exec(opened.metrics.exposition())![1]);
  const append = async (from: number, to: number) => {
    for (let number = from; number <= to; number++) await opened.spool.append(numbered(number, 1_000), ["a"]);
  };
  await append(1, 50);
  expect(inMemory()).toBeGreaterThan(50_000);
  await append(51, 300);
  expect(inMemory()).toBe(0);
  for (let number = 1; number <= 280; number++) expect(await take(opened)).toBe(number);
  await append(301, 310);
  expect(inMemory()).toBeGreaterThan(10_000);
  for (let number = 281; number <= 310; number++) expect(await take(opened)).toBe(number);
  expect(await take(opened)).toBe(undefined);
  await opened.close();
});
