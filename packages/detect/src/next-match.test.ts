import fc from "fast-check";
import RE2 from "re2";
import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { NextMatch } from "./next-match.ts";

const PATTERNS = [
  "ab+",
  String.raw`\bab`,
  String.raw`\Bab`,
  "^ab",
  "(?:^|[^a])b",
  "(?m)^b",
  "b$",
  String.raw`a\b`,
  "é",
  "[^a]+",
];

/** All matches, one after the other, and for each place the next one. */
function agrees(pattern: string, text: Buffer): void {
  const exact = new RE2(pattern, "g");
  const next = new NextMatch(new RE2(pattern, "g"));
  for (let from = 0; from <= text.length; from++) {
    exact.lastIndex = from;
    const match = from < text.length ? exact.exec(text) : null;
    expect(next.find(text, from)).toBe(match !== null);
    if (match !== null) expect([next.start, next.end]).toEqual([match.index, match.index + match[0].length]);
  }
}

test.each(PATTERNS)("matches of %s are those of exec, from every byte on", (pattern) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é"), maxLength: 20 }), (text) =>
      agrees(pattern, Buffer.from(text)),
    ),
  );
});

test.each(DETECTORS.map((detector) => [detector.id, detector] as const))(
  "matches of %s are those of exec",
  (_id, { pattern, examples }) => {
    for (const text of [...examples.match, ...examples.ignore])
      agrees(pattern, Buffer.from(`${text} ${text}`));
  },
);
