import fc from "fast-check";
import { expect, test } from "vitest";
import { Automaton } from "./automaton/automaton.ts";
import { DETECTORS } from "./catalogue.ts";
import { hasContextWord } from "./context-words.ts";
import { compileScanner } from "./scanner.ts";
import { WakingKeys, wakingAtoms } from "./waking-words.ts";

const BY_WORDS = DETECTORS.filter(({ atoms }) => atoms.length === 0);
const WORDS = Array.from(new Set(BY_WORDS.flatMap(({ near }) => near!.words)));
const wakingKeys = new WakingKeys(DETECTORS);

function wokenBy(key: string): readonly string[] {
  return wakingKeys.wokenBy(key).map((index) => DETECTORS[index]!.id);
}

const WOKEN: readonly [key: string, id: string][] = [
  ["mobile", "phone_bare"],
  ["customer.homePhone", "phone_bare"],
  ["NPI", "us_npi"],
  ["tax_file.number", "au_tfn"],
  ["osobniIdentifikacijskiBroj", "hr_oib"],
  ["teléfono", "phone_bare"],
  ["個人番号_2", "jp_my_number"],
];

test.each(WOKEN)("the key %s wakes %s", (key, id) => {
  expect(wokenBy(key)).toContain(id);
});

test.each(["", "request.id", "http.route", "k8s.pod.name", "automobile", "tax", "注文番号"])(
  "the key %j wakes nothing",
  (key) => expect(wokenBy(key)).toEqual([]),
);

test("any key wakes the detectors of which it has a word", () => {
  const piece = fc.oneof(
    fc.constantFrom(...WORDS),
    fc.constantFrom(...WORDS).map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`),
    fc.constantFrom(".", "_", " ", "x", "é", "7", "N"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const key = pieces.join("");
      const woken = wokenBy(key);
      for (const { id, near } of BY_WORDS)
        if (hasContextWord(near!, Buffer.from(""), 0, 0, key)) expect(woken).toContain(id);
    }),
  );
});

test("a word before a number wakes its detectors, however it is written", () => {
  const automaton = new Automaton(BY_WORDS.map((detector) => wakingAtoms(detector).join("|")));
  for (const [index, { id, near }] of BY_WORDS.entries()) {
    for (const word of near!.words) {
      for (const written of [word, word.toUpperCase(), word.replace(/ ([a-z])/g, (_, c) => c.toUpperCase())])
        for (const joint of ["=", ": ", '":"'])
          expect(
            automaton.matching(Buffer.from(`a ${written}${joint}12`)),
            `${id}: ${written}${joint}`,
          ).toContain(index);
    }
  }
});

test("a scanner looks for numbers where the key has the word", () => {
  const scanner = compileScanner(DETECTORS);
  const number = Buffer.from("5551231234");
  expect(scanner.locate(number, 0)).toBe(-1);
  expect(scanner.wakesFor("shipping.mobile")).toBe(true);
  expect(scanner.wakesFor("shipping.city")).toBe(false);
  expect(scanner.scan(number, "shipping.mobile").findings.map(({ detector }) => detector.type)).toEqual([
    "phone",
  ]);
  expect(scanner.scan(number, "shipping.city").findings).toEqual([]);
});
