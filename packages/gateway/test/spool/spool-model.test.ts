import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Choose, type Fault, filesOf, ModelFiles } from "./model-files.ts";
import { EXPORTERS, type ModelSpool, numbered, openModelSpool } from "./model-spool.ts";

/** One thing that is done to a spool. */
type Step =
  | { readonly do: "append"; readonly batches: readonly { readonly length: number; readonly to: number }[] }
  | { readonly do: "deliver"; readonly exporter: number; readonly take: number; readonly keep: number }
  | { readonly do: "restart" };

/** What is done between two ends of the machine. */
interface Life {
  readonly steps: readonly Step[];
  readonly faults: readonly Fault[];
  readonly memory_bytes: number;
  /** What is left at the end, unless it ends in order. */
  readonly luck: readonly number[];
  readonly end: "power" | "killed" | "shutdown";
}

/** A few hundred for each check; many more were run by hand with other seeds. */
const RUNS = Number(process.env.SCRIM_SPOOL_RUNS ?? 500);

const batches = fc.array(
  fc.record({
    length: fc.oneof(fc.integer({ min: 8, max: 900 }), fc.constant(12_000)),
    to: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 5 },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("append" as const), batches }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      exporter: fc.integer({ min: 0, max: 1 }),
      take: fc.integer({ min: 1, max: 6 }),
      keep: fc.integer({ min: 0, max: 2 }),
    }),
  },
);
const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.integer({ min: 0, max: 80 }),
  code: fc.constantFrom("EIO", "ENOSPC"),
  effect: fc.constantFrom("none", "half", "whole"),
  isCrash: fc.boolean(),
});
const life: fc.Arbitrary<Life> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  faults: fc.array(fault, { maxLength: 4 }),
  memory_bytes: fc.constantFrom(0, 2_000, 1_000_000),
  luck: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 }),
  end: fc.constantFrom("power", "killed", "shutdown"),
});

/** What went in and came out, by number of batch. */
class Oracle {
  issued = 0;
  /** By exporter: acknowledged and not settled. */
  readonly owed = EXPORTERS.map(() => new Set<number>());
  /** By exporter: may come, though nobody was told it would. */
  readonly possible = EXPORTERS.map(() => new Set<number>());
  /** Refused in a life that has not ended by a crash: it must not come. */
  readonly refused = new Set<number>();
  /** What came under a sequence, and never may anything else. */
  readonly bySequence = new Map<number, number>();
}

async function live(
  files: ModelFiles,
  { steps, memory_bytes }: Life,
  oracle: Oracle,
  seed: number,
): Promise<ModelSpool | undefined> {
  let opened: ModelSpool;
  try {
    opened = await openModelSpool(files, { memory_bytes, seed });
  } catch (error) {
    expect(files.calls, "it only fails to open where the disk fails").toBeGreaterThan(0);
    expect(error).toBeDefined();
    return undefined;
  }
  for (const step of steps) {
    if (step.do === "append") await append(opened, step.batches, oracle, files);
    else if (step.do === "deliver") await deliver(opened, step.exporter, step.take, step.keep, oracle);
  }
  return opened;
}

async function append(
  { spool }: ModelSpool,
  batches: (Step & { do: "append" })["batches"],
  oracle: Oracle,
  files: ModelFiles,
) {
  await Promise.all(
    batches.map(async ({ length, to }) => {
      const number = ++oracle.issued;
      const targets = EXPORTERS.map((_, index) => index).filter((index) => (to & (1 << index)) !== 0);
      for (const index of targets) oracle.possible[index]!.add(number);
      try {
        await spool.append(
          numbered(number, length),
          targets.map((index) => EXPORTERS[index]!),
        );
        for (const index of targets) oracle.owed[index]!.add(number);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^QUEUE_(FULL|FAILED)$/) });
        if (!files.isDown) oracle.refused.add(number);
      }
    }),
  );
}

async function deliver({ spool }: ModelSpool, exporter: number, take: number, keep: number, oracle: Oracle) {
  const outlet = spool.outlet(EXPORTERS[exporter]!);
  const taken = [];
  for (let count = 0; count < take; count++) {
    const queued = await outlet.take();
    if (queued === undefined) break;
    check(queued, exporter, oracle);
    taken.push(queued);
  }
  expect(taken.map(({ sequence }) => sequence)).toEqual(
    taken.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
  );
  for (const queued of taken.slice(keep)) {
    oracle.owed[exporter]!.delete(queued.batch.bytes.readUInt32LE());
    outlet.settle(queued);
  }
}

function check(
  { batch, sequence }: { batch: { bytes: Buffer; items: number; signal: string }; sequence: number },
  exporter: number,
  oracle: Oracle,
) {
  const number = batch.bytes.readUInt32LE();
  expect(oracle.possible[exporter]!.has(number), "nothing is invented").toBe(true);
  expect(oracle.refused.has(number), "what was refused does not come").toBe(false);
  const same = numbered(number, batch.bytes.length);
  expect(batch.bytes.equals(same.bytes) && batch.items === same.items).toBe(true);
  const before = oracle.bySequence.get(sequence);
  if (before !== undefined) expect(number, "a sequence never comes twice").toBe(before);
  oracle.bySequence.set(sequence, number);
}

/** Everything that is owed comes, in order, and the spool is empty then. */
async function settleAll(contents: Map<string, Buffer>, oracle: Oracle) {
  const files = new ModelFiles([], filesOf(contents));
  const opened = await openModelSpool(files, { seed: 999 });
  for (const [index, exporter] of EXPORTERS.entries()) {
    const outlet = opened.spool.outlet(exporter);
    let last = 0;
    for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
      expect(queued.sequence).toBeGreaterThan(last);
      last = queued.sequence;
      check(queued, index, oracle);
      oracle.owed[index]!.delete(queued.batch.bytes.readUInt32LE());
      outlet.settle(queued);
    }
    expect([...oracle.owed[index]!], `lost for ${exporter}`).toEqual([]);
    expect(outlet.items).toBe(0);
  }
  await opened.close();
  expect(files.paths().filter((path) => path.endsWith(".segment") && !path.includes("quarantine"))).toEqual(
    [],
  );
}

type MakeFiles = (faults: readonly Fault[], contents: Map<string, Buffer>) => ModelFiles;

const sound: MakeFiles = (faults, contents) => new ModelFiles(faults, filesOf(contents));

async function run(lives: readonly Life[], make: MakeFiles = sound): Promise<void> {
  const oracle = new Oracle();
  let contents = new Map<string, Buffer>();
  for (const [seed, life] of lives.entries()) {
    const files = make(life.faults, contents);
    const opened = await live(files, life, oracle, seed + 1);
    let turn = 0;
    const choose: Choose = (below) => life.luck[turn++ % life.luck.length]! % below;
    if (life.end === "shutdown" && !files.isDown) {
      await opened?.close();
      contents = files.contents();
    } else {
      contents = life.end === "killed" ? files.contents() : files.afterCrash(choose);
      files.isDown = true;
      await opened?.spool.shutdown();
    }
    // Whatever ended in the middle may leave what was refused, since its client was to be told and perhaps was not.
    // So may a disk that neither took a record nor let go of it, where nothing was written behind it that says so.
    if (files.isDown || files.hasKept) oracle.refused.clear();
  }
  await settleAll(contents, oracle);
}

const lives = fc.array(life, { minLength: 1, maxLength: 4 });

describe("38, 121, 122: a spool on a disk that fails and forgets", () => {
  test("all that was acknowledged comes, in order, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(lives, (all) => run(all)),
      { numRuns: RUNS, timeout: 20_000 },
    );
  }, 240_000);

  /** Faults that a spool could have, each planted in the disk below it. The same property has to see them. */
  const PLANTED: readonly (readonly [name: string, seen: RegExp, make: MakeFiles])[] = [
    [
      "it acknowledges before the sync",
      /lost for/,
      (faults, contents) =>
        new (class extends ModelFiles {
          override sync(): void {}
        })(faults, filesOf(contents)),
    ],
    [
      "it ignores a failed sync",
      /lost for/,
      (faults, contents) =>
        new (class extends ModelFiles {
          override sync(descriptor: number): void {
            try {
              super.sync(descriptor);
            } catch (error) {
              if (this.isDown) throw error;
            }
          }
        })(faults, filesOf(contents)),
    ],
    [
      "it forgets to sync the folder",
      /lost for/,
      (faults, contents) =>
        new (class extends ModelFiles {
          override syncFolder(): void {}
        })(faults, filesOf(contents)),
    ],
    [
      "it forgets where it was, and gives sequences again",
      /never comes twice/,
      (faults, contents) => {
        const segments = [...contents.keys()].filter((path) => path.includes("/segments/"));
        const left = segments.length > 0 ? contents : new Map<string, Buffer>();
        return new ModelFiles(faults, filesOf(left));
      },
    ],
  ];
  test.each(PLANTED)(
    "the property sees that %s",
    async (_name, seen, make) => {
      const result = await fc.check(
        fc.asyncProperty(lives, (all) => run(all, make)),
        // The same runs each time, so that none is missed by chance.
        { numRuns: 3_000, seed: 3, endOnFailure: true },
      );
      expect(String((result.errorInstance as Error | null)?.message)).toMatch(seen);
    },
    240_000,
  );
});
