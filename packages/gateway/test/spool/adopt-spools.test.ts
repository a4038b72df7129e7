import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetricRegistry } from "@scrim/pipeline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adoptSpools, workerFolder } from "../../src/spool/adopt-spools.ts";
import { type OpenedSpool, openSpool } from "../../src/spool/open-spool.ts";
import { SpoolConfig } from "../../src/spool/spool-config.ts";
import { SPOOL_RECOVERED_ITEMS } from "../../src/spool/spool-metrics.ts";
import { numbered } from "./model-spool.ts";

const config = SpoolConfig.parse({ min_free_space: 0 });
let parent: string;
let directory: string;
let warnings: string[];
const opened: OpenedSpool[] = [];

beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), "scrim-adopt-")));
  directory = join(parent, "spool");
  warnings = [];
});
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.shutdown();
  rmSync(parent, { recursive: true, force: true });
});

const context = (metrics = new MetricRegistry()) => ({
  exporters: ["a"],
  metrics,
  log: { info: () => undefined, warn: (message: string) => void warnings.push(message) },
});

async function open(worker: number): Promise<OpenedSpool> {
  const spool = await openSpool(config, { ...context(), directory: workerFolder(directory, worker) });
  opened.push(spool);
  return spool;
}

/** Fills the spool of a worker, and ends it. */
async function fill(worker: number, ...numbers: readonly number[]): Promise<void> {
  const spool = await open(worker);
  for (const number of numbers) await spool.append(numbered(number), ["a"]);
  await spool.shutdown();
}

async function numbersOf(spool: OpenedSpool): Promise<number[]> {
  const numbers: number[] = [];
  const outlet = spool.outlet("a");
  for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take())
    numbers.push(queued.batch.bytes.readUInt32LE());
  return numbers;
}

test("what a worker has left that there is no more goes to the one that takes its place, and only once", async () => {
  await fill(2, 1);
  await fill(3, 2, 3);
  const own = await open(1);
  const metrics = new MetricRegistry();
  const place = { index: 1, count: 2 };
  await adoptSpools(own, config, place, { ...context(metrics), directory }, new AbortController().signal);
  expect(await numbersOf(own)).toEqual([2, 3]);
  expect(metrics.value(SPOOL_RECOVERED_ITEMS, { exporter: "a" })).toBe(numbered(2).items + numbered(3).items);
  expect(await numbersOf(await open(3))).toEqual([]);
  expect(await numbersOf(await open(2))).toEqual([1]);
  expect(warnings.filter((line) => line.includes("keeps what it has"))).toEqual([]);
});

test("one that somebody else has keeps what is in it, and the others are taken over", async () => {
  await fill(3, 1);
  await fill(5, 2);
  const own = await open(1);
  const theirs = await open(3);
  const place = { index: 1, count: 2 };
  await adoptSpools(own, config, place, { ...context(), directory }, new AbortController().signal);
  expect(warnings.filter((line) => line.includes("worker-3 keeps what it has"))).toHaveLength(1);
  expect([await numbersOf(own), await numbersOf(theirs)]).toEqual([[2], [1]]);
});
