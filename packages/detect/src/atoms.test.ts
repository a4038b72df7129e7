import fc from "fast-check";
import RE2 from "re2";
import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import type { DetectorDefinition } from "./detector.ts";
import { unionOf } from "./scanner.ts";

/** An example of the detector with a few characters changed, taken out or put in. */
function mutated({ examples }: DetectorDefinition): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(..."aZ09 -_.:=@\"'+/\\[]()\n,\u00e9"));
  return fc
    .tuple(fc.constantFrom(...examples.match, ...examples.ignore), fc.array(edit, { maxLength: 4 }))
    .map(([text, edits]) =>
      edits.reduce((current, [position, removed, inserted]) => {
        const at = position % (current.length + 1);
        return current.slice(0, at) + inserted + current.slice(at + removed);
      }, text),
    );
}

test.each(DETECTORS.map((detector) => [detector.id, detector] as const))(
  "%s: an atom fires inside whatever the pattern matches",
  (_id, detector) => {
    const exact = new RE2(detector.pattern);
    const anyAtom = new RE2(unionOf(detector.atoms));
    fc.assert(
      fc.property(mutated(detector), (text) => {
        const match = exact.exec(Buffer.from(text));
        if (match !== null) expect(anyAtom.test(match[0])).toBe(true);
      }),
      { numRuns: 200 },
    );
  },
);
