import fc from "fast-check";
import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { utf16Offsets } from "./offsets.ts";

const detector = DETECTORS[0]!;

test("byte offsets become offsets into the string", () => {
  const findings = [
    { start: 0, end: 2, detector },
    { start: 3, end: 8, detector },
  ];
  expect(utf16Offsets("é 😀a", findings)).toEqual([
    { start: 0, end: 1, detector },
    { start: 2, end: 5, detector },
  ]);
});

test("any text and any cut between characters: the mapped slice is the same text", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 8 }), (parts) => {
      const text = parts.join("");
      let start = 0;
      const findings = parts.map((part) => {
        const end = start + Buffer.byteLength(part);
        const finding = { start, end, detector };
        start = end;
        return finding;
      });
      expect(utf16Offsets(text, findings).map((finding) => text.slice(finding.start, finding.end))).toEqual(
        parts,
      );
    }),
  );
});
