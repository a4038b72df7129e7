import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCursor, OPEN_MAX } from "../../src/spool/cursor-file.ts";
import { Quarantine } from "../../src/spool/quarantine.ts";
import {
  SPOOL_DROPPED_ITEMS,
  SPOOL_QUARANTINED,
  SPOOL_RECOVERED_ITEMS,
} from "../../src/spool/spool-metrics.ts";
import { filesOf, ModelFiles } from "./model-files.ts";
import { type ModelSpool, numbered, openModelSpool } from "./model-spool.ts";

const RECORDS_AT = 8192;
const SEGMENT_BYTES = 12_000;

/** Where each batch lies, found by its own bytes. */
interface Placed {
  readonly number: number;
  readonly path: string;
  /** Of the header: a mark, and what else stands before the payload. */
  readonly start: number;
  readonly end: number;
}

const HEADER_BYTES = 64; // 56, and the name of one exporter

/** A spool that ended in order, with batches for `a` that nobody has taken. */
async function filled(
  lengths: readonly number[],
  exporters: readonly string[] = ["a"],
): Promise<{ contents: Map<string, Buffer>; placed: Placed[] }> {
  const files = new ModelFiles();
  const { spool, close } = await openModelSpool(files, { segment_bytes: SEGMENT_BYTES });
  for (const [index, length] of lengths.entries()) await spool.append(numbered(index + 1, length), exporters);
  await close();
  const contents = files.contents();
  const placed = lengths.flatMap((length, index): Placed[] => {
    const { bytes } = numbered(index + 1, length);
    for (const [path, content] of contents) {
      const at = content.indexOf(bytes, RECORDS_AT);
      if (at >= 0) return [{ number: index + 1, path, start: at - HEADER_BYTES, end: at + length }];
    }
    return [];
  });
  expect(placed).toHaveLength(lengths.length);
  return { contents, placed };
}

async function takeAll({ spool }: ModelSpool, exporter = "a"): Promise<number[]> {
  const numbers: number[] = [];
  const outlet = spool.outlet(exporter);
  for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
    const number = queued.batch.bytes.readUInt32LE();
    expect(queued.batch.bytes.equals(numbered(number, queued.batch.bytes.length).bytes)).toBe(true);
    numbers.push(number);
    outlet.settle(queued);
  }
  expect(outlet.items).toBe(0);
  return numbers;
}

const lengths = fc.array(fc.integer({ min: 40, max: 1_500 }), { minLength: 3, maxLength: 14 });

test("121: flipped bits cost the batches that they are in, and no other", async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(lengths, flips, fc.boolean(), async (all, chosen, whileRunning) => {
      const { contents, placed } = await filled(all);
      const files = new ModelFiles([], filesOf(contents));
      const paths = [...contents.keys()].filter((path) => path.endsWith(".segment"));
      const spoilt = new Set<number>();
      const spoil = () => {
        for (const [file, place, isRecord] of chosen) {
          const path = paths[file % paths.length]!;
          const length = contents.get(path)!.length;
          const offset = isRecord
            ? RECORDS_AT + (place % (length - RECORDS_AT))
            : 80 + (place % (length - 80));
          files.flip(path, offset);
          for (const one of placed) {
            if (one.path === path && one.start <= offset && offset < one.end) spoilt.add(one.number);
          }
        }
      };
      if (!whileRunning) spoil();
      const opened = await openModelSpool(files, { seed: 2 });
      if (whileRunning) spoil();
      const came = await takeAll(opened);
      const expected = placed.map(({ number }) => number).filter((number) => !spoilt.has(number));
      // A bit that was flipped twice is as it was.
      expect(came.filter((number) => !spoilt.has(number))).toEqual(expected);
      await opened.close();
    }),
    { numRuns: 400 },
  );
}, 240_000);

test("what is damaged is counted, set aside, and does not come again", async () => {
  const { contents, placed } = await filled([100, 200, 300]);
  const files = new ModelFiles([], filesOf(contents));
  files.flip(placed[1]!.path, placed[1]!.end - 1);
  const opened = await openModelSpool(files);
  expect(await takeAll(opened)).toEqual([1, 3]);
  expect(opened.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "a", reason: "corrupt" })).toBe(
    numbered(2).items,
  );
  expect(opened.metrics.value(SPOOL_QUARANTINED, {})).toBe(1);
  await opened.close();
  expect(files.paths()).toContain(`/spool/quarantine/000000000001.segment.${placed[1]!.start}`);
});

test("what is damaged is counted once, however many exporters come by it", async () => {
  const { contents, placed } = await filled([100, 200, 300], ["a", "b"]);
  const files = new ModelFiles([], filesOf(contents));
  files.flip(placed[1]!.path, placed[1]!.end - 1);
  const opened = await openModelSpool(files);
  expect([await takeAll(opened, "a"), await takeAll(opened, "b")]).toEqual([
    [1, 3],
    [1, 3],
  ]);
  expect(opened.metrics.value(SPOOL_QUARANTINED, {})).toBe(1);
  await opened.close();
});

test("what was found and what is lost of it add up, wherever the damage is", async () => {
  for (const damaged of [0, 1, 2]) {
    const { contents, placed } = await filled([100, 200, 300]);
    const files = new ModelFiles([], filesOf(contents));
    files.flip(placed[damaged]!.path, placed[damaged]!.end - 1);
    const opened = await openModelSpool(files);
    await takeAll(opened);
    const { metrics } = opened;
    expect([
      metrics.value(SPOOL_RECOVERED_ITEMS, { exporter: "a" }),
      metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "a", reason: "corrupt" }),
    ]).toEqual([6, numbered(damaged + 1).items]);
    await opened.close();
  }
});

test("a record that stands twice, damaged and whole, is lost once, and costs no other its place", async () => {
  const { contents } = await filled([80, 200, 300]);
  const path = "/spool/segments/000000000001.segment";
  const whole = contents.get(path)!;
  const head = whole.subarray(RECORDS_AT, RECORDS_AT + HEADER_BYTES);
  const twice = Buffer.concat([
    whole.subarray(0, RECORDS_AT),
    ...[head, Buffer.alloc(80)],
    whole.subarray(RECORDS_AT),
  ]);
  const opened = await openModelSpool(new ModelFiles([], filesOf(new Map([[path, twice]]))), { seed: 2 });
  expect(await takeAll(opened)).toEqual([2, 3]);
  expect(opened.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "a", reason: "corrupt" })).toBe(
    numbered(1).items,
  );
  await opened.close();
});

test("a segment whose two heads are broken is set aside whole, and the others come", async () => {
  const { contents } = await filled([1_500, 1_500, 1_500, 1_500]);
  const files = new ModelFiles([], filesOf(contents));
  files.flip("/spool/segments/000000000001.segment", 20);
  files.flip("/spool/segments/000000000001.segment", 4096 + 20);
  const opened = await openModelSpool(files, { seed: 2 });
  expect(await takeAll(opened)).toEqual([3, 4]);
  // Sequences of what was lost are skipped.
  await opened.spool.append(numbered(9), ["a"]);
  expect((await opened.spool.outlet("a").take())!.sequence).toBeGreaterThan(2 ** 20);
  expect(files.paths()).toContain("/spool/quarantine/000000000001.segment");
  await opened.close();
});

test("a segment that somebody removes or cuts while it is read is survived and counted", async () => {
  for (const spoil of ["remove", "cut"] as const) {
    const { contents } = await filled([1_500, 1_500, 1_500, 1_500, 1_500]);
    const files = new ModelFiles([], filesOf(contents));
    const opened = await openModelSpool(files, { seed: 2 });
    const path = "/spool/segments/000000000001.segment";
    if (spoil === "remove") files.remove(path);
    else files.truncate(path, RECORDS_AT + 1_700);
    const came = await takeAll(opened);
    expect(came).toEqual(spoil === "remove" ? [3, 4, 5] : [1, 3, 4, 5]);
    const lost = numbered(2).items + (spoil === "remove" ? numbered(1).items : 0);
    const dropped = ["lost", "corrupt"].map((reason) =>
      opened.metrics.value(SPOOL_DROPPED_ITEMS, { exporter: "a", reason }),
    );
    expect(dropped[0]! + dropped[1]!).toBe(lost);
    await opened.spool.append(numbered(9), ["a"]);
    expect(await takeAll(opened)).toEqual([9]);
    await opened.close();
  }
});

test("a broken cursor costs a second delivery, and nothing else", async () => {
  const { contents } = await filled([100, 100]);
  const files = new ModelFiles([], filesOf(contents));
  const first = await openModelSpool(files, { seed: 2 });
  first.spool.outlet("a").settle((await first.spool.outlet("a").take())!);
  await first.close();
  files.flip("/spool/cursors/a.cursor", 30);
  const second = await openModelSpool(files, { seed: 3 });
  expect(await takeAll(second)).toEqual([1, 2]);
  await second.close();
});

test("122: bytes of a telemetry payload that look like a record are none, also where what is before them is damaged", async () => {
  const files = new ModelFiles();
  const first = await openModelSpool(files, { segment_bytes: 60_000 });
  await first.spool.append(numbered(1), ["a"]);
  await first.close();
  // Whoever sends telemetry may know the format, and all of another segment, but not the mark of this one.
  const other = files.contents().get("/spool/segments/000000000001.segment")!.subarray(RECORDS_AT);
  const second = await openModelSpool(files, { segment_bytes: 60_000, seed: 2 });
  const hostile = {
    ...numbered(2, 8),
    bytes: Buffer.concat([Buffer.alloc(8), ...Array.from({ length: 20 }, () => other)]),
  };
  await second.spool.append(hostile, ["a"]);
  await second.spool.append(numbered(3), ["a"]);
  await second.close();
  files.flip("/spool/segments/000000000002.segment", RECORDS_AT + 9);
  const third = await openModelSpool(files, { seed: 3 });
  expect(await takeAll(third)).toEqual([1, 3]);
  await third.close();
});

test("what an exporter had in its hands and is gone from the disk doesn't keep it from taking more", async () => {
  const open = Array.from({ length: OPEN_MAX }, (_, sequence) => sequence);
  const cursor = Buffer.from(formatCursor({ exporter: "a", next: OPEN_MAX, open }));
  const opened = await openModelSpool(
    new ModelFiles([], filesOf(new Map([["/spool/cursors/a.cursor", cursor]]))),
  );
  await opened.spool.append(numbered(1), ["a"]);
  const queued = await opened.spool.outlet("a").take();
  expect(queued?.batch.bytes.readUInt32LE()).toBe(1);
  expect(queued?.sequence).toBeGreaterThanOrEqual(OPEN_MAX);
  await opened.close();
});

test("what is set aside is bounded over restarts: what lies there already counts", () => {
  const files = new ModelFiles();
  const path = "/spool/segments/000000000001.segment";
  const descriptor = files.create(path);
  files.write(descriptor, Buffer.alloc(1_000, 1), 0);
  files.close(descriptor);
  for (let restart = 0; restart < 5; restart++)
    new Quarantine(files, "/spool/quarantine", 1_000).copy(path, `${restart}`, 0, 400);
  expect(files.paths()).toEqual(["/spool/quarantine/0", "/spool/quarantine/1", path]);
});
