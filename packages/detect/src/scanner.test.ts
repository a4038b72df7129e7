import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { type DetectorDefinition, defineDetector } from "./detector.ts";
import { detectorsOf } from "./detectors-of.ts";
import type { ExpressionEngine } from "./expressions/expression-engine.ts";
import { compileScanner, type Scanner } from "./scanner.ts";

const scanner = compileScanner(DETECTORS);

function detector(changes: Partial<DetectorDefinition>): DetectorDefinition {
  return defineDetector({
    id: "badge",
    type: "badge",
    class: "direct_identifier",
    pack: "pii",
    finds: "Badge numbers.",
    source: "the test",
    confidence: "likely",
    atoms: ["B-"],
    pattern: "B-[0-9]+",
    examples: { match: [], ignore: [] },
    ...changes,
  });
}

function found(scanner: Scanner, text: string, key?: string): readonly string[] {
  const bytes = Buffer.from(text);
  return scanner.scan(bytes, key).findings.map(({ start, end }) => bytes.toString("utf8", start, end));
}

test("a finding is the narrowed part of the match", () => {
  const narrowed = compileScanner([detector({ narrow: (match) => [2, match.length] })]);
  expect(found(narrowed, "é B-42 and B-7")).toEqual(["42", "7"]);
});

test("a validator sees the candidate and its neighbours", () => {
  const seen: string[] = [];
  const confirm: DetectorDefinition["confirm"] = (candidate, { before, after }) => {
    seen.push(`${before}|${candidate}|${after}`);
    return false;
  };
  compileScanner([detector({ confirm })]).scan(Buffer.from("see B-42, please"));
  expect(seen).toEqual(["see |B-42|, please"]);
});

test("a validator or narrowing that throws counts as a hit", () => {
  const fail = () => {
    throw new Error("broken");
  };
  expect(found(compileScanner([detector({ confirm: fail })]), "B-42")).toEqual(["B-42"]);
  expect(found(compileScanner([detector({ narrow: fail })]), "B-42")).toEqual(["B-42"]);
});

test("where an expression can't be matched, the whole text is a finding", () => {
  const fail = () => {
    throw new Error("broken");
  };
  const engine: ExpressionEngine = {
    name: "re2js",
    searcher: () => ({ start: -1, end: -1, find: fail }),
    matcher: () => ({ endIn: fail, groupsIn: fail }),
  };
  expect(found(compileScanner([detector({})], { engine }), "see B-42, please")).toEqual(["see B-42, please"]);
});

test("a refused candidate does not hide a valid one that overlaps it", () => {
  const digits = detector({
    atoms: ["[0-9]{4}"],
    pattern: "[0-9]{4}",
    confirm: (candidate) => candidate === "2345",
  });
  expect(found(compileScanner([digits]), "12345")).toEqual(["2345"]);
});

test("near: a word before, after or in the key makes a candidate a finding", () => {
  const near = compileScanner([detector({ near: { words: ["badge", "staff card"], window_bytes: 12 } })]);
  const cases: readonly [text: string, key: string | undefined, expected: number][] = [
    ["B-42", undefined, 0],
    ["badge B-42", undefined, 1],
    ["B-42 (badge)", undefined, 1],
    ["BADGE=B-42", undefined, 1],
    ["badges B-42", undefined, 0],
    ["staffCard B-42", undefined, 1],
    ["badge, which is far away: B-42", undefined, 0],
    ["[REDACTED:badge] B-42", undefined, 0],
    ["B-42", "user.badge", 1],
    ["B-42", "staff_card_number", 1],
    ["B-42", "badger", 0],
  ];
  for (const [text, key, expected] of cases)
    expect(found(near, text, key), `${text} ${key}`).toHaveLength(expected);
});

test("overlapping findings become one with the strongest detector's name", () => {
  const weak = detector({ id: "long", pattern: "B-[0-9]+ x", confidence: "possible" });
  const strong = detector({ id: "short", confidence: "certain" });
  const [finding, ...rest] = compileScanner([weak, strong]).scan(Buffer.from("B-42 x")).findings;
  expect(finding).toMatchObject({ start: 0, end: 6, detector: { id: "short" } });
  expect(rest).toEqual([]);
});

test("a credential names what it overlaps, however sure the other is", () => {
  const text = "password=jane@example.com";
  expect(scanner.scan(Buffer.from(text)).findings).toMatchObject([
    { start: 9, end: 25, detector: { id: "password" } },
  ]);
});

test("when candidates run out, the rest of the text is unscanned and no finding reaches past it unsaid", () => {
  const limited = compileScanner([detector({})], { candidatesMax: 2 });
  const text = Buffer.from("B-1 B-2 B-3 B-4");
  const { findings, scannedTo } = limited.scan(text);
  expect(findings.map(({ start }) => start)).toEqual([0, 4]);
  expect(scannedTo).toBe(8);
  expect(limited.scan(text.subarray(0, 7)).scannedTo).toBe(7);
});

test("a text full of long refused candidates runs into the budget instead of into quadratic time", () => {
  const greedy = detector({ atoms: ["B"], pattern: "B+x?", confirm: () => false });
  const text = Buffer.from("B".repeat(100_000));
  expect(compileScanner([greedy], { candidatesMax: 1_000_000 }).scan(text).scannedTo).toBeLessThan(100);
});

test("a scanner of nothing finds nothing", () => {
  const none = compileScanner([]);
  expect(none.locate(Buffer.from("a@b.co"), 0)).toBe(-1);
  expect(none.scan(Buffer.from("a@b.co"))).toMatchObject({ findings: [], scannedTo: 6, woke: false });
});

test("locate gives the end of each atom from an offset on, and -1 after the last", () => {
  const badges = compileScanner([detector({})]);
  const buffer = Buffer.from("B-1\0\0B-2");
  expect(badges.locate(buffer, 0)).toBe(2);
  expect(badges.locate(buffer, 2)).toBe(7);
  expect(badges.locate(buffer, 7)).toBe(-1);
  expect(badges.locate(buffer, 99)).toBe(-1);
});

/** Texts with a good chance of findings: examples, cut, joined, with bytes between that are no UTF-8. */
const anyText = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(...DETECTORS.flatMap(({ examples }) => [...examples.match, ...examples.ignore]))
        .map(Buffer.from),
      fc.string({ unit: "binary" }).map(Buffer.from),
      fc.uint8Array({ maxLength: 20 }).map(Buffer.from),
      fc.constantFrom(" ", "-", ".", ":", "=", "@", '"', "0", "[REDACTED]").map(Buffer.from),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts).map((byte) => byte || 0x20));

test("any bytes: scanning never throws, and findings are sorted, apart and in bounds", () => {
  fc.assert(
    fc.property(anyText, fc.string(), (bytes, key) => {
      const text = Buffer.from(bytes);
      const { findings, scannedTo } = scanner.scan(text, key);
      let end = 0;
      for (const finding of findings) {
        expect(finding.start).toBeGreaterThanOrEqual(end);
        expect(finding.end).toBeGreaterThan(finding.start);
        end = finding.end;
      }
      expect(end).toBeLessThanOrEqual(scannedTo);
      expect(scannedTo).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1000 },
  );
});

test("any texts gathered with NUL between: locating touches each that has a finding", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 6 }), (parts) => {
      const texts = parts.map((part) => Buffer.from(part));
      const touched = textsTouched(texts);
      for (const [i, text] of texts.entries()) {
        if (scanner.scan(text).findings.length > 0) expect(touched, `text ${i}`).toContain(i);
      }
    }),
    { numRuns: 500 },
  );
});

/** What a caller does with `locate`: the text that holds the end of an atom is scanned, then those behind it are searched. */
function textsTouched(texts: readonly Buffer[]): ReadonlySet<number> {
  const gathered = Buffer.concat(texts.flatMap((text) => [text, Buffer.alloc(1)]));
  const starts = texts.map((_, i) => texts.slice(0, i).reduce((sum, text) => sum + text.length + 1, 0));
  const touched = new Set<number>();
  let from = 0;
  for (;;) {
    const end = scanner.locate(gathered, from);
    if (end === -1) return touched;
    const i = starts.findLastIndex((start) => start < end);
    touched.add(i);
    from = starts[i]! + texts[i]!.length + 1;
  }
}

describe("an expression to wake for", () => {
  const waking = compileScanner(detectorsOf({ use: ["pii"] }), { wake: () => "(?i:colour)=" });

  test("is looked for in the same pass, and finds nothing by itself", () => {
    const text = Buffer.from("a\0the Colour=red\0b");
    expect(waking.locate(text, 0)).toBe(text.indexOf("red"));
    expect(waking.scan(Buffer.from("the Colour=red"))).toMatchObject({
      scannedTo: 14,
      woke: true,
      wokeFolded: false,
    });
    expect(waking.scan(Buffer.from("the Col\u200bour=red"))).toMatchObject({ woke: false, wokeFolded: true });
    expect(waking.scan(Buffer.from("jane@shop.example")).woke).toBe(false);
    expect(compileScanner([], { wake: () => "x" }).scan(Buffer.from("x")).woke).toBe(true);
  });

  test("says where it occurs", () => {
    const text = Buffer.from("colour=red colour=blue");
    expect(waking.wakeAt(text, 0)).toEqual({ start: 0, end: 7 });
    expect(waking.wakeAt(text, 7)).toEqual({ start: 11, end: 18 });
    expect(waking.wakeAt(text, 18)).toBeUndefined();
    expect(waking.wakeAt(text, 99)).toBeUndefined();
    expect(compileScanner([]).wakeAt(text, 0)).toBeUndefined();
  });
});
