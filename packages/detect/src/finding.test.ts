import fc from "fast-check";
import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { mergeOverlaps } from "./finding.ts";

const anyFinding = fc
  .record({
    start: fc.nat(40),
    length: fc.integer({ min: 1, max: 9 }),
    detector: fc.constantFrom(...DETECTORS),
  })
  .map(({ start, length, detector }) => ({ start, end: start + length, detector }));

test("any findings: the merged ones cover the same bytes, are sorted and don't overlap", () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 12 }), (findings) => {
      const merged = mergeOverlaps(findings);
      const covers = (list: typeof findings, byte: number) =>
        list.some(({ start, end }) => start <= byte && byte < end);
      for (let byte = 0; byte < 50; byte++) expect(covers([...merged], byte)).toBe(covers(findings, byte));
      for (const [i, { start }] of merged.entries())
        if (i > 0) expect(start).toBeGreaterThanOrEqual(merged[i - 1]!.end);
    }),
  );
});

test("any findings: their order does not matter", () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 6 }), (findings) => {
      const bounds = (list: typeof findings) => mergeOverlaps(list).map(({ start, end }) => [start, end]);
      expect(bounds(findings.toReversed())).toEqual(bounds(findings));
    }),
  );
});
