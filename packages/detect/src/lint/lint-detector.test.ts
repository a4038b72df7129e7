import { OperatingError } from "@scrim/errors";
import { expect, test } from "vitest";
import { type DetectorDefinition, defineDetector } from "../detector.ts";
import { lintDetector } from "./lint-detector.ts";

function detector(changes: Partial<DetectorDefinition>): DetectorDefinition {
  return defineDetector({
    id: "employee_id",
    type: "employee_id",
    class: "direct_identifier",
    pack: "pii",
    finds: "Numbers of employees.",
    source: "the test",
    confidence: "likely",
    atoms: ["EMP-"],
    pattern: String.raw`\bEMP-[0-9]{6}\b`,
    examples: { match: ["see EMP-123456"], ignore: ["EMP-12"] },
    ...changes,
  });
}

test("a sound detector has no problems", () => {
  expect(lintDetector(detector({}))).toEqual([]);
});

const REFUSED: readonly [
  name: string,
  changes: Partial<DetectorDefinition>,
  path: string,
  message: RegExp,
][] = [
  ["an id in capitals", { id: "Employee" }, "id", /name/],
  ["a type with blanks", { type: "employee id" }, "type", /name/],
  ["near without words", { near: { words: [], window_bytes: 32 } }, "near.words", /no words/],
  ["near in camel case", { near: { words: ["staffId"], window_bytes: 32 } }, "near.words[0]", /lower-case/],
  ["an endless window", { near: { words: ["staff"], window_bytes: 1e9 } }, "near.window_bytes", /range/],
  ["no atoms", { atoms: [] }, "atoms", /no atoms/],
  ["a word boundary in an atom", { atoms: [String.raw`\bEMP-`] }, "atoms[0]", /assertion/],
  ["an anchor in an atom", { atoms: ["^EMP-"] }, "atoms[0]", /assertion/],
  ["a capture in an atom", { atoms: ["(EMP)-"] }, "atoms[0]", /capture/],
  ["a dot in an atom", { atoms: ["EMP."] }, "atoms[0]", /NUL/],
  ["a negated class in an atom", { atoms: ["EMP[^0-9]"] }, "atoms[0]", /NUL/],
  ["a class of all but digits in an atom", { atoms: [String.raw`EMP\D`] }, "atoms[0]", /NUL/],
  ["an escaped NUL in an atom", { atoms: [String.raw`EMP\x00?`] }, "atoms[0]", /NUL/],
  ["an atom of any length", { atoms: ["EMP-[0-9]+"] }, "atoms[0]", /64 bytes/],
  ["an atom too long with multi-byte letters", { atoms: ["[a-zé]{40}"] }, "atoms[0]", /64 bytes/],
  ["an atom that matches nothing", { atoms: ["(?:EMP)?"] }, "atoms[0]", /empty/],
  [
    "an atom of too many alternatives",
    { atoms: ["(?:aaaaaaaaaaaaaaaaa|bbbbbbbbbbbbbbbbb|ccccccccccccccccc|ddddddddddddddddd)"] },
    "atoms[0]",
    /symbols/,
  ],
  ["an atom that is no expression", { atoms: ["EMP-("] }, "atoms[0]", /may be written/],
  ["a pattern that is no expression", { pattern: "EMP-(" }, "pattern", /RE2/],
  ["look-ahead", { pattern: "EMP-(?=1)" }, "pattern", /RE2/],
  ["a back-reference", { pattern: String.raw`(E)MP-\1` }, "pattern", /RE2/],
  ["a pattern that matches nothing", { pattern: "(?:EMP-)?" }, "pattern", /empty/],
  ["an atom that is not in every match", { atoms: ["EMP-1"] }, "atoms", /no atom fires/],
  ["an atom for one of two alternatives", { pattern: "EMP-[0-9]{6}|STF-[0-9]{6}" }, "atoms", /no atom fires/],
  ["an atom without the pattern's case", { pattern: "(?i:emp)-[0-9]{6}" }, "atoms", /no atom fires/],
  [
    "a whole pattern as its atom",
    { atoms: ["[A-Z][A-Z0-9]{31}"], pattern: "[A-Z][A-Z0-9]{31}" },
    "atoms",
    /hostile/,
  ],
  [
    "a counted repeat with a selective start",
    { atoms: ["[2-6][0-9]{11}"], pattern: "[2-6][0-9]{11}" },
    "atoms",
    /hostile/,
  ],
  ["an atom in every line", { atoms: ["[0-9]"], pattern: "[0-9]{6}" }, "atoms", /ordinary/],
  [
    "an example that is not found",
    { examples: { match: ["EMP-1"], ignore: [] } },
    "examples.match[0]",
    /not found/,
  ],
  [
    "a counter-example that is",
    { examples: { match: [], ignore: ["EMP-123456"] } },
    "examples.ignore[0]",
    /found/,
  ],
];

test.each(REFUSED)("%s is refused", (_name, changes, path, message) => {
  const problems = lintDetector(detector(changes));
  const problem = problems.find((candidate) => candidate.path === path);
  expect(problem, problems.map(({ line }) => line).join()).toBeInstanceOf(OperatingError);
  expect(problem).toMatchObject({ code: "DETECTOR_INVALID", message: expect.stringMatching(message) });
  expect(problem?.hint).toBeTruthy();
});

test("problems don't quote patterns, atoms or examples", () => {
  for (const [, changes] of REFUSED) {
    for (const { message, hint } of lintDetector(detector(changes)))
      expect(`${message} ${hint}`).not.toMatch(/EMP/);
  }
});
