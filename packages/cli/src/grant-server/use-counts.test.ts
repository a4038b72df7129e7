import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeaseRequest } from "@scrim/grants";
import fc from "fast-check";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { readUses } from "../grants/use-file.ts";
import { UseCounts } from "./use-counts.ts";

const ID = "00112233aabbccdd";
const FAR = 4_000_000_000;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-uses-"));
  path = join(folder, "grants.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function opened(): Promise<UseCounts> {
  const counts = await UseCounts.open(path);
  onTestFinished(() => counts.close());
  return counts;
}

const ask = (wanted = 0, used = 0, returned = 0): LeaseRequest => ({
  wanted: wanted > 0 ? { [ID]: wanted } : {},
  used: used > 0 ? { [ID]: used } : {},
  returned: returned > 0 ? { [ID]: returned } : {},
});

const allows = (tracesMax: number) => (id: string) => (id === ID ? { tracesMax, expiresAt: FAR } : undefined);

test("small grants are given one at a time, larger ones in shares of what is left, and never more", async () => {
  const counts = await opened();
  const given: number[] = [];
  for (let i = 0; i < 30; i++) given.push((await counts.lease(`p${i}`, ask(1_000), allows(40)))[ID]!);
  expect(given.slice(0, 6)).toEqual([5, 4, 3, 3, 3, 2]);
  expect(given.slice(-5)).toEqual([0, 0, 0, 0, 0]);
  expect(given.reduce((sum, each) => sum + each, 0)).toBe(40);
  expect(await counts.lease("a", ask(3), allows(5))).toEqual({ [ID]: 0 });
});

test("a grant that does not allow this process anything is not answered, and not counted", async () => {
  const counts = await opened();
  expect(await counts.lease("a", ask(1), () => undefined)).toEqual({});
  expect(readUses(path).grants).toEqual({});
});

test("what is given back can be leased again; what is used, or was lost, can't", async () => {
  const counts = await opened();
  for (let i = 0; i < 3; i++) await counts.lease("a", ask(1), allows(3));
  expect(await counts.lease("b", ask(1), allows(3))).toEqual({ [ID]: 0 });
  await counts.lease("a", ask(0, 1, 1), allows(3));
  expect(await counts.lease("b", ask(1), allows(3))).toEqual({ [ID]: 1 });
  expect(await counts.lease("c", ask(1), allows(3))).toEqual({ [ID]: 0 });
  expect(readUses(path).grants[ID]).toMatchObject({ leased: 3, used: 1, held: { a: 1, b: 1 } });
});

test.each([
  ["more than it holds", "a", ask(0, 0, 100)],
  ["what it has used", "a", ask(0, 5, 5)],
  ["what another process holds", "b", ask(0, 0, 5)],
])("a process that gives back %s makes no room", async (_, holder, told) => {
  const counts = await opened();
  for (let i = 0; i < 5; i++) await counts.lease("a", ask(1), allows(5));
  await counts.lease(holder, told, allows(5));
  let more = 0;
  for (let i = 0; i < 20; i++) more += (await counts.lease("c", ask(1), allows(5)))[ID]!;
  expect(more).toBe(holder === "a" && told.used[ID] === undefined ? 5 : 0);
});

test("counts and versions go on after a restart, and one server counts at a time", async () => {
  const first = await UseCounts.open(path);
  const version = await first.nextVersion(NOW);
  await first.lease("a", ask(1), allows(1));
  await expect(UseCounts.open(path)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  await first.close();
  const second = await opened();
  expect(await second.lease("b", ask(1), allows(1))).toEqual({ [ID]: 0 });
  expect(await second.nextVersion(NOW - 1_000)).toBeGreaterThan(version);
  expect(statSync(`${path}.uses`).mode & 0o777).toBe(0o600);
});

const NOW = 1_800_000_000;

test("a version is above the clock, so that a file that was lost sets none back", async () => {
  const counts = await opened();
  expect(await counts.nextVersion(NOW)).toBe(NOW);
  expect(await counts.nextVersion(NOW)).toBe(NOW + 1);
});

test("where it can't be written nothing is given, and what was counted is gone", async () => {
  const counts = await opened();
  await counts.lease("a", ask(1), allows(2));
  rmSync(folder, { recursive: true });
  await expect(counts.lease("a", ask(1), allows(2))).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  await expect(counts.nextVersion(NOW)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  mkdirSync(folder);
  expect(await counts.lease("a", ask(1), allows(2))).toEqual({ [ID]: 0 });
});

test("counts of a grant are forgotten a day after its end", async () => {
  const counts = await opened();
  const ended = Math.floor(Date.now() / 1000) - 24 * 3_600 - 1;
  await counts.lease("a", ask(1), () => ({ tracesMax: 5, expiresAt: ended }));
  expect(readUses(path).grants).toEqual({});
});

test("a file that is broken, or that others may read, stops the start", async () => {
  await (await UseCounts.open(path)).close();
  writeFileSync(`${path}.uses`, '{"version":', { mode: 0o600 });
  await expect(UseCounts.open(path)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  chmodSync(`${path}.uses`, 0o644);
  await expect(UseCounts.open(path)).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
});

test("requests of one moment are counted one by one", async () => {
  const counts = await opened();
  const asked = Array.from({ length: 100 }, (_, i) => counts.lease(`p${i}`, ask(1), allows(60)));
  expect((await Promise.all(asked)).filter((each) => each[ID] === 1)).toHaveLength(60);
  expect(readUses(path).grants[ID]?.leased).toBe(60);
});

test("whatever processes tell and ask, over restarts, no more than traces_max are out", async () => {
  const step = fc.record({
    holder: fc.constantFrom("a", "b", "c"),
    wanted: fc.nat(20),
    used: fc.nat(20),
    returned: fc.nat(20),
    isRestart: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(50), fc.array(step, { maxLength: 15 }), async (tracesMax, steps) => {
      rmSync(`${path}.uses`, { force: true });
      let counts = await UseCounts.open(path);
      const held = new Map<string, number>();
      let spent = 0;
      for (const { holder, wanted, used, returned, isRestart } of steps) {
        const has = held.get(holder) ?? 0;
        const tellsUsed = Math.min(used, has);
        const answer = await counts.lease(holder, ask(wanted, used, returned), allows(tracesMax));
        spent += tellsUsed;
        const left = has - tellsUsed - Math.min(returned, has - tellsUsed);
        held.set(holder, left + (answer[ID] ?? 0));
        const out = [...held.values()].reduce((sum, each) => sum + each, 0);
        expect(out + spent).toBeLessThanOrEqual(tracesMax);
        if (isRestart) {
          await counts.close();
          counts = await UseCounts.open(path);
        }
      }
      await counts.close();
    }),
    { numRuns: 60 },
  );
});
