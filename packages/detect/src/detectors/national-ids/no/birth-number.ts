import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { DATE_AND_NUMBER, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const NO_BIRTH_NUMBER = nationalId({
  country: "no",
  id: "no_birth_number",
  finds: "Norwegian birth numbers and D-numbers: a date of birth and two check digits",
  source: "Skatteetaten, Fødselsnummer; Folkeregisterforskriften § 2-2-1",
  check: isBirthNumber,
  written: {
    atoms: [ELEVEN_DIGITS, DATE_AND_NUMBER],
    pattern: String.raw`\d{11}|\d{6}[ -]\d{5}`,
    match: ["151086 95088", "fødselsnummer 15108695088"],
    ignore: ["151086 95089", "15138695088"],
  },
});

/** Days in D-numbers are counted on by 40. */
function isBirthNumber(digits: string): boolean {
  const day = two(digits, 0);
  return (
    isDateWithoutCentury(two(digits, 4), two(digits, 2), day > 40 ? day - 40 : day) &&
    weightedSum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}
