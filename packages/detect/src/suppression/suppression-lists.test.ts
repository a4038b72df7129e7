import fc from "fast-check";
import { expect, test } from "vitest";
import { DETECTORS } from "../catalogue.ts";
import { compileScanner } from "../scanner.ts";
import { SUPPRESSION_LISTS, type SuppressionListId } from "./suppression-lists.ts";

const LISTS = Object.values(SUPPRESSION_LISTS);

test.each(LISTS.map((list) => [list.id, list] as const))(
  "%s lists its examples, and no others",
  (id, list) => {
    expect(SUPPRESSION_LISTS[id as SuppressionListId]).toBe(list);
    for (const text of list.examples.match) expect(list.has(text), text).toBe(true);
    for (const text of list.examples.ignore) expect(list.has(text), text).toBe(false);
  },
);

test.each(LISTS.map((list) => [list.id, list] as const))(
  "%s takes back what detectors find, when asked",
  (_id, list) => {
    const all = compileScanner(DETECTORS);
    const fewer = compileScanner(DETECTORS, { suppress: [list] });
    for (const example of list.examples.match) {
      const text = Buffer.from(`from ${example} today`);
      expect(all.scan(text).findings.map(({ detector }) => detector.type)).toEqual(list.types);
      expect(fewer.scan(text).findings).toEqual([]);
    }
  },
);

test("no list speaks about a credential", () => {
  const credentials = DETECTORS.filter((detector) => detector.class === "credential").map(({ type }) => type);
  for (const { types } of LISTS) expect(types.filter((type) => credentials.includes(type))).toEqual([]);
});

test("a list that throws takes nothing back", () => {
  const broken = {
    ...SUPPRESSION_LISTS.example_domains,
    has: () => {
      throw new Error("broken");
    },
  };
  const scanner = compileScanner(DETECTORS, { suppress: [broken] });
  expect(scanner.scan(Buffer.from("jane@example.com")).findings).toHaveLength(1);
});

test("any text: with the lists a scan finds nothing that it did not find without", () => {
  const all = compileScanner(DETECTORS);
  const fewer = compileScanner(DETECTORS, { suppress: LISTS });
  const piece = fc.constantFrom(
    ...LISTS.flatMap(({ examples }) => [...examples.match, ...examples.ignore]),
    ..." ,:=@.-",
    "password=",
    "4111",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = Buffer.from(pieces.join(""));
      const covered = all.scan(text).findings;
      for (const { start, end } of fewer.scan(text).findings) {
        expect(covered.some((finding) => finding.start <= start && end <= finding.end)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
