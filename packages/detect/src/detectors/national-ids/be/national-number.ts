import { isYymmdd, two } from "../../../validators/calendar-date.ts";
import { DATE_AND_NUMBER, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const BE_NATIONAL_NUMBER = nationalId({
  country: "be",
  id: "be_national_number",
  finds: "Belgian national register numbers: a date of birth and two check digits",
  source: "Koninklijk besluit of 3 April 1984, Rijksregisternummer",
  check: isNationalNumber,
  written: {
    atoms: [ELEVEN_DIGITS, DATE_AND_NUMBER, String.raw`\d\.\d{2}\.\d{2}-\d{3}`],
    pattern: String.raw`\d{11}|\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}|\d{6}-\d{3}[.-]\d{2}`,
    match: ["85.07.30-033.28", "rijksregisternummer 85073003328"],
    ignore: ["85.07.30-033.29", "85.13.30-033.28"],
  },
});

/** 97 less the remainder of the nine digits, of those born since 2000 with a 2 before them. */
function isNationalNumber(digits: string): boolean {
  const check = 97 - two(digits, 9);
  const number = Number(digits.slice(0, 9));
  return isYymmdd(digits) && (number % 97 === check || (2_000_000_000 + number) % 97 === check);
}
