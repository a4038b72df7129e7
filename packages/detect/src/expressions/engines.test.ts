import fc from "fast-check";
import RE2 from "re2";
import { describe, expect, test } from "vitest";
import { parseExpression } from "../automaton/expression.ts";
import { DETECTORS } from "../catalogue.ts";
import { seededRandom } from "../lint/random.ts";
import { sampleOf } from "../lint/sample.ts";
import { compileScanner } from "../scanner.ts";
import { boundedSearcher } from "./bounded-searcher.ts";
import type { ExpressionEngine } from "./expression-engine.ts";
import { expressionProblem } from "./expression-problem.ts";
import { loadNativeEngine } from "./native-engine.ts";
import { PORTABLE_ENGINE } from "./portable-engine.ts";
import { Subject } from "./subject.ts";

/** Both are held against RE2 itself, asked in the plainest way. */
const ENGINES: readonly ExpressionEngine[] = [loadNativeEngine(), PORTABLE_ENGINE];

/** Large expressions are searched for in another way; here every one is whose matches are short. */
const PLACE_BY_PLACE: ExpressionEngine = {
  ...PORTABLE_ENGINE,
  searcher: (source) => boundedSearcher(parseExpression(source)!) ?? PORTABLE_ENGINE.searcher(source),
};

const PATTERNS = [
  "ab+",
  String.raw`\bab`,
  String.raw`\Bab`,
  String.raw`a\B`,
  "^ab",
  "(?:^|[^a])b",
  "(?m)^b",
  "(?m)a$",
  "b$",
  String.raw`a\b`,
  "é",
  "(?i)É|ſ",
  "[^a]+",
  "a.b",
  "(?s)a.b?",
  "a|ab|abb",
  "a+?b?",
  "(?:ab|a)(?:b|)",
  String.raw`[\x{80}-\x{10FFFF}]`,
  String.raw`[\x{d800}-\x{dfff}]`,
  String.raw`[\x{7ff}-\x{800}\x{fff0}-\x{10010}]`,
  String.raw`[^\x{0}-\x{10ffff}]`,
  String.raw`\W+`,
  "(?i)[^k]",
  String.raw`(?i)[\w-]`,
  String.raw`(?i)\W`,
];

/** For each place from which there is a match at or behind it, where it is. */
function placesOf(pattern: string, bytes: Buffer): readonly string[] {
  const exact = new RE2(pattern, "g");
  return Array.from(bytes, (_, from) => {
    exact.lastIndex = from;
    const match = exact.exec(bytes);
    return match === null ? "none" : `${match.index} ${match.index + match[0].length}`;
  });
}

function placesFound(engine: ExpressionEngine, pattern: string, bytes: Buffer): readonly string[] {
  const searcher = engine.searcher(pattern);
  const subject = new Subject(bytes);
  return Array.from(bytes, (_, from) =>
    searcher.find(subject, from) ? `${searcher.start} ${searcher.end}` : "none",
  );
}

function agree(pattern: string, bytes: Buffer): void {
  const expected = placesOf(pattern, bytes);
  for (const engine of [...ENGINES, PLACE_BY_PLACE])
    expect(placesFound(engine, pattern, bytes), `${engine.name}: ${pattern}`).toEqual(expected);
}

const WELL_FORMED = fc
  .string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "K", "\u212a", "ſ", "😀"), maxLength: 16 })
  .map((text) => Buffer.from(text));

/** Bytes of which some begin, continue or break characters. */
const ANY_BYTES = fc
  .array(
    fc.constantFrom(
      0x61,
      0x62,
      0x20,
      0x0a,
      0xc3,
      0xa9,
      0x80,
      0xbf,
      0xe0,
      0xe2,
      0x84,
      0xaa,
      0xed,
      0xf0,
      0xf4,
      0xff,
    ),
    { maxLength: 12 },
  )
  .map((bytes) => Buffer.from(bytes));

test.each(PATTERNS)("engines find %s where RE2 does, from every byte on", (pattern) => {
  fc.assert(fc.property(WELL_FORMED, (bytes) => agree(pattern, bytes)));
  fc.assert(fc.property(ANY_BYTES, (bytes) => agree(pattern, bytes)));
});

test("a thousand names are found where RE2 finds them", () => {
  const words = DETECTORS.flatMap(({ near }) => near?.words ?? []);
  const pattern = String.raw`\b(?i:${words.join("|")})(?:[ :=]{1,3}|\z)|(?:\A|[^-])--[a-z]{1,30}[ \t]`;
  const piece = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(" ", "=", "--", "a", "é", "K", "\n", "--pin "),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => agree(pattern, Buffer.from(pieces.join("")))),
    { numRuns: 30 },
  );
});

describe("any expression", () => {
  /** Pieces of the syntax, most of them well-formed by themselves. */
  const SYNTAX = fc
    .array(
      fc.constantFrom(
        ..."a b é K . ^ $ | ( ) (?: (?i) (?i: (?s: (?m) (?-s: (?P<n> (?P<m> [ ] [^ - [ab] [^a] [a-z] [é-ü] [[:alpha:]] [[:^space:]] \\b \\B \\A \\z \\w \\W \\d \\s \\x{e9} \\x{1F600} \\xe9 \\x41 \\n \\- \\. \\] * + ? {2} {0,2} {2,} {1000} { } , ??"
          .split(" ")
          .concat(" ", "\\", "\\p{L}", "\\pN", "\\Qa\\E", "\\C", "\\1", "\\07", "(?U)", "(?", "[[:", "[:x:]"),
      ),
      { maxLength: 9 },
    )
    .map((pieces) => pieces.join(""));

  test("that is not refused is one of RE2, and matches the same in all engines", () => {
    let taken = 0;
    fc.assert(
      fc.property(SYNTAX, fc.oneof(WELL_FORMED, ANY_BYTES), (pattern, bytes) => {
        if (expressionProblem(pattern) !== undefined) return;
        expect(() => new RE2(pattern), pattern).not.toThrow();
        if (new RE2(pattern).test("") || new RE2(pattern).test("a b")) return; // may match an empty text
        taken++;
        agree(pattern, bytes);
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });
});

test.each(DETECTORS.map((detector) => [detector.id, detector] as const))(
  "%s is found by all engines where RE2 finds it",
  (_id, { pattern, examples }) => {
    expect(expressionProblem(pattern)).toBeUndefined();
    for (const text of [...examples.match, ...examples.ignore]) {
      agree(pattern, Buffer.from(`${text} ${text}`));
      agree(pattern, Buffer.concat([Buffer.from(`é ${text}é`), Buffer.of(0xe9), Buffer.from(text)]));
    }
    const expression = parseExpression(pattern)!;
    const random = seededRandom(12);
    for (let i = 0; i < 2; i++)
      agree(
        pattern,
        Buffer.from(
          `${sampleOf(expression, random).slice(0, random(200))} ${sampleOf(expression, random).slice(0, 200)}`,
        ),
      );
  },
);

test.each(ENGINES)("$name matches strings of bytes as RE2 does, groups and all", ({ matcher }) => {
  const source = String.raw`^(?i:(k)(?:=|: )("[^"]*"|[^\s"]+)|(é)?(\W+))`;
  const latin1 = fc.string({
    unit: fc.constantFrom("k", "K", "=", ":", " ", '"', "a", "\xe9", "\xc9", "\x80", "\xff", "\n"),
    maxLength: 10,
  });
  const made = matcher(source);
  fc.assert(
    fc.property(latin1, (text) => {
      const match = new RE2(source).exec(text);
      expect(made.endIn(text)).toBe(match === null ? -1 : match[0].length);
      expect(made.groupsIn(text)).toEqual(match?.slice(1));
    }),
    { numRuns: 1000 },
  );
});

describe("a scanner", () => {
  const [native, portable] = ENGINES.map((engine) => compileScanner(DETECTORS, { engine }));
  const found = (scanner: typeof native, text: Buffer, key: string) => {
    const { findings, ...rest } = scanner!.scan(text, key);
    return { ...rest, findings: findings.map(({ start, end, detector }) => [start, end, detector.id]) };
  };

  /** Examples, cut and joined, with bytes between that are no UTF-8. */
  const anyText = fc
    .array(
      fc.oneof(
        fc
          .tuple(
            fc.constantFrom(...DETECTORS.flatMap(({ examples }) => [...examples.match, ...examples.ignore])),
            fc.nat(),
          )
          .map(([text, cut]) => Buffer.from(cut % 3 === 0 ? text.slice(cut % 20) : text)),
        fc.string({ unit: "binary", maxLength: 8 }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom(" ", "-", ".", ":", "=", "@", '"', "0", "é", "\n", ", ")
          .map((text) => Buffer.from(text)),
      ),
      { maxLength: 8 },
    )
    .map((parts) => Buffer.concat(parts));

  test("finds the same in any bytes, whichever the engine", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom("", "user.email", "password", "note"), (text, key) => {
        expect(found(portable, text, key)).toEqual(found(native, text, key));
      }),
      { numRuns: 2000 },
    );
  });
});
