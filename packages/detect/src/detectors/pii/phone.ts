import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isAlphanumeric, isDigit } from "../../validators/neighbours.ts";
import { internationalDigitsMax, isInternationalNumber } from "../../validators/phone-number.ts";

export const phone = defineDetector({
  id: "phone",
  type: "phone",
  class: "direct_identifier",
  pack: "pii",
  finds: "Phone numbers in international form: +, an assigned country code, a plausible length.",
  source: "ITU-T E.164 and E.123",
  confidence: "likely",
  atoms: [String.raw`\+[1-9][\d .()/-]{2}`],
  pattern: String.raw`\+[1-9]\d*(?:[ .()/-]{1,3}\d+)+|\+[1-9]\d{6,}`,
  narrow: wholeGroups,
  confirm: (candidate, { before, after }) =>
    !isAlphanumeric(before, before.length - 1) &&
    !"+/_".includes(before.at(-1) || " ") &&
    !isAlphanumeric(after, 0) &&
    !(after[0] === "." && isDigit(after, 1)) &&
    isInternationalNumber(digitsOf(withoutTrunkZero(candidate))),
  examples: {
    match: [
      "+14155550132",
      "call +44 20 7946 0958 now",
      "tel:+49-30-1234567",
      "+1 (212) 555-0123",
      "+49 (0)30 123456",
    ],
    ignore: [
      "+0200",
      "2026-08-22T10:00:00+02:00",
      "+1 offset 15",
      "a+12345678901",
      "+19999999",
      "+99912345678",
    ],
  },
});

/** Digits in one group that make a number by themselves: what comes after a blank is something else. */
const COMPACT_DIGITS_MIN = 9;

/** Leaves out groups of digits past the longest number with this country code: they belong to what follows. */
function wholeGroups(match: string): readonly [start: number, end: number] {
  const digitsMax = internationalDigitsMax(match.slice(1));
  let digits = 0;
  let end = 0;
  for (let i = 1; i < match.length; i++) {
    if (!isDigit(match, i)) continue;
    digits++;
    if (digits > digitsMax) break;
    if (isDigit(match, i + 1)) continue;
    end = i + 1;
    if (digits === i && digits >= COMPACT_DIGITS_MIN) break;
  }
  return [0, end];
}

/** `+49 (0)30 …` names the zero that is dialled inside the country only. */
function withoutTrunkZero(candidate: string): string {
  return candidate.replace("(0)", "");
}
