import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cursor, fileNameOf, formatCursor, parseCursor } from "../../src/spool/cursor-file.ts";
import { headerBytesAt, parseRecordHeader } from "../../src/spool/record-header.ts";
import { recoverLog } from "../../src/spool/recover-log.ts";
import {
  formatSegmentHead,
  parseSegmentHead,
  segmentName,
  segmentNumberOf,
} from "../../src/spool/segment-header.ts";
import { filesOf, ModelFiles } from "./model-files.ts";
import { EXPORTERS, FOLDER, numbered, openModelSpool } from "./model-spool.ts";

const RECORDS_AT = 8192;
const RUNS = Number(process.env.SCRIM_SPOOL_FUZZ_RUNS ?? 1_500);

/** Three segments with a cursor, as they are when a gateway was killed. */
async function sample(): Promise<Map<string, Buffer>> {
  const files = new ModelFiles();
  const { spool } = await openModelSpool(files, { segment_bytes: 9_500 });
  for (let number = 1; number <= 8; number++)
    await spool.append(numbered(number, 60 * number), [...EXPORTERS]);
  spool.outlet("a").settle((await spool.outlet("a").take())!);
  await new Promise((resolve) => setImmediate(resolve));
  return files.contents();
}

type Mutation =
  | { readonly do: "set"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly do: "cut"; readonly at: number }
  | { readonly do: "repeat"; readonly at: number; readonly length: number; readonly times: number }
  | { readonly do: "remove"; readonly at: number; readonly length: number }
  | { readonly do: "swap" };

/** Numbers that lengths are taken to be wrong by. */
const hostile = fc
  .constantFrom(0, 1, 7, 8, 55, 56, 2 ** 16 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1)
  .map((value) => new Uint8Array(new Uint32Array([value]).buffer));
/** Mostly where heads and records begin. */
const place = fc.oneof(
  fc.nat(10_000),
  fc.integer({ min: 0, max: 400 }).map((at) => RECORDS_AT + at * 4),
  fc.nat(72),
);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    do: fc.constant("set" as const),
    at: place,
    bytes: fc.oneof(hostile, fc.uint8Array({ minLength: 1, maxLength: 40 })),
  }),
  fc.record({ do: fc.constant("cut" as const), at: place }),
  fc.record({
    do: fc.constant("repeat" as const),
    at: place,
    length: fc.nat(300),
    times: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({ do: fc.constant("remove" as const), at: place, length: fc.nat(300) }),
  fc.constant({ do: "swap" as const }),
);

type Change = [which: number, other: number, change: Mutation];

/** What was found once, and must not come back. */
const FOUND: readonly (readonly Change[])[] = [
  // The head of the first record stands twice, the first time before bytes that are not its payload.
  [
    [0, 0, { do: "repeat", at: 8018, length: 240, times: 1 }],
    [1, 0, { do: "swap" }],
  ],
  [[0, 0, { do: "repeat", at: 8018, length: 240, times: 1 }]],
];

function mutated(bytes: Buffer, other: Buffer, change: Mutation): Buffer {
  switch (change.do) {
    case "set": {
      const copy = Buffer.from(bytes);
      copy.set(
        change.bytes.subarray(0, Math.max(0, copy.length - change.at)),
        Math.min(change.at, copy.length),
      );
      return copy;
    }
    case "cut":
      return Buffer.from(bytes.subarray(0, change.at));
    case "repeat": {
      const piece = bytes.subarray(change.at, change.at + change.length);
      return Buffer.concat([
        bytes.subarray(0, change.at),
        ...Array.from({ length: change.times }, () => piece),
        bytes.subarray(change.at),
      ]);
    }
    case "remove":
      return Buffer.concat([bytes.subarray(0, change.at), bytes.subarray(change.at + change.length)]);
    case "swap":
      return Buffer.from(other);
  }
}

test("122: whatever becomes of the files, a spool opens, gives out only what was put in, and ends", async () => {
  const contents = await sample();
  const paths = [...contents.keys()].filter((path) => /\.(segment|cursor)$/.test(path));
  expect(paths.length).toBeGreaterThan(2);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(), mutation), { minLength: 1, maxLength: 6 }),
      async (changes) => {
        const spoilt = new Map(contents);
        for (const [which, other, change] of changes) {
          const path = paths[which % paths.length]!;
          spoilt.set(path, mutated(spoilt.get(path)!, spoilt.get(paths[other % paths.length]!)!, change));
        }
        const opened = await openModelSpool(new ModelFiles([], filesOf(spoilt)), { seed: 7 });
        for (const exporter of EXPORTERS) {
          const outlet = opened.spool.outlet(exporter);
          let taken = 0;
          for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take()) {
            const number = queued.batch.bytes.readUInt32LE();
            expect(queued.batch.bytes.equals(numbered(number, queued.batch.bytes.length).bytes)).toBe(true);
            expect(++taken).toBeLessThan(1_000);
            outlet.settle(queued);
          }
          expect(outlet.items).toBe(0);
        }
        await opened.spool.append(numbered(99), ["a"]);
        expect((await opened.spool.outlet("a").take())!.batch.bytes.readUInt32LE()).toBe(99);
        await opened.close();
      },
    ),
    { numRuns: RUNS, examples: FOUND.map((changes): [Change[]] => [[...changes]]) },
  );
}, 600_000);

test("any bytes as a segment: recovery ends, and finds no record", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      const path = `${FOLDER}/segments/${segmentName(1)}`;
      const files = new ModelFiles([], filesOf(new Map([[path, Buffer.from(bytes)]])));
      const { segments, damage } = recoverLog(files, `${FOLDER}/segments`, [], () => undefined);
      expect(segments).toEqual([]);
      expect(damage).toHaveLength(1);
    }),
    { numRuns: RUNS },
  );
});

test("122: a header decides neither by a segment before it that can't be one, nor behind its successors, what comes next", () => {
  const mark = Buffer.from("a5a5a5a501000000", "hex");
  const head = (number: number, first_sequence: number, previous_number: number) =>
    formatSegmentHead({
      number,
      first_sequence,
      previous_number,
      previous_end: 8192,
      created_at_ms: 1,
      mark,
    });
  const contents = [head(1, 500, 2 ** 40), head(2, 6, 1)].map((bytes, index): [string, Buffer] => [
    `${FOLDER}/segments/${segmentName(index + 1)}`,
    bytes,
  ]);
  const files = new ModelFiles([], filesOf(new Map(contents)));
  const { end, next_sequence } = recoverLog(files, `${FOLDER}/segments`, [], () => undefined);
  expect(end.last_number, "names of files have twelve digits").toBe(2);
  expect(next_sequence).toBe(500);
});

test("any bytes as heads and headers: they parse, or are none", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 8_300 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      (bytes, mark) => {
        parseSegmentHead(Buffer.from(bytes));
        const marked = Buffer.concat([mark, bytes]);
        expect(parseRecordHeader(Buffer.from(marked), Buffer.from(mark))).toBe(undefined);
        expect(headerBytesAt(Buffer.from(marked), Buffer.from(mark)) ?? 56).toBeGreaterThanOrEqual(56);
      },
    ),
    { numRuns: RUNS },
  );
});

test("a file full of marks costs no more than one that is full of anything", () => {
  const time = (fill: (mark: Buffer) => Buffer): number => {
    const files = new ModelFiles();
    const path = `${FOLDER}/segments/${segmentName(1)}`;
    const mark = Buffer.from("a5a5a5a501000000", "hex");
    const started = performance.now();
    const content = Buffer.concat([headWith(mark), fill(mark)]);
    const found = recoverLog(
      new ModelFiles([], filesOf(new Map([[path, content]]))),
      `${FOLDER}/segments`,
      [],
      () => undefined,
    );
    expect(found.segments.length + found.damage.length).toBeGreaterThan(0);
    expect(files.calls).toBe(0);
    return performance.now() - started;
  };
  const bytes = 8 * 2 ** 20;
  time(() => Buffer.alloc(bytes, 1));
  const plain = time(() => Buffer.alloc(bytes, 1));
  const marks = time((mark) => Buffer.alloc(bytes, mark));
  expect(marks).toBeLessThan(plain * 50 + 2_000);
});

function headWith(mark: Buffer): Buffer {
  return formatSegmentHead({
    number: 1,
    first_sequence: 1,
    previous_number: 0,
    previous_end: 0,
    created_at_ms: 1,
    mark,
  });
}

const cursor: fc.Arbitrary<Cursor> = fc
  .tuple(fc.string({ maxLength: 130 }), fc.maxSafeNat(), fc.array(fc.nat(), { maxLength: 50 }))
  .map(([exporter, next, open]) => ({ exporter, next, open: open.filter((one) => one < next) }));

test("a cursor comes back as it was written, and any other text is none", () => {
  fc.assert(
    fc.property(cursor, (one) => {
      expect(parseCursor(formatCursor(one))).toEqual(one);
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(cursor, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (one, at, text) => {
      const written = formatCursor(one);
      const place = at % written.length;
      const changed = written.slice(0, place) + text + written.slice(place + text.length);
      if (changed !== written) expect(parseCursor(changed)).toBe(undefined);
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseCursor(text)).toBe(undefined);
    }),
    { numRuns: RUNS },
  );
});

test("names of files are safe, and different for different exporters", () => {
  const names = fc.oneof(
    fc.string({ maxLength: 140 }),
    fc.stringMatching(/^[a-zA-Z]{1,8}\/[a-zA-Z._-]{1,140}$/),
  );
  fc.assert(
    fc.property(names, names, (one, other) => {
      expect(fileNameOf(one)).toMatch(/^[a-z0-9_~-]{0,100}$/);
      if (one !== other) expect(fileNameOf(one)).not.toBe(fileNameOf(other));
    }),
    { numRuns: RUNS },
  );
  expect(segmentNumberOf(segmentName(17))).toBe(17);
  for (const name of ["17.segment", "000000000017.segment.8192", "../000000000017.segment"]) {
    expect(segmentNumberOf(name)).toBe(undefined);
  }
});
