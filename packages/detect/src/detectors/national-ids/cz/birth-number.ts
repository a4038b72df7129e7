import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { DATE_AND_NUMBER } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const CZ_BIRTH_NUMBER = nationalId({
  country: "cz",
  id: "cz_birth_number",
  finds: "Czech and Slovak birth numbers (rodné číslo): a date of birth and a check",
  source: "Zákon č. 133/2000 Sb.; zákon č. 301/1995 Z. z.",
  check: isBirthNumber,
  written: {
    atoms: [DATE_AND_NUMBER],
    pattern: String.raw`\d{6}/\d{4}`,
    match: ["710319/2745"],
    ignore: ["710319/2746", "711319/2745"],
  },
  bare: {
    pattern: String.raw`\d{9,10}|\d{6}/\d{3}`,
    words: ["rodne cislo", "rc", "birth number", "rodnecislo"],
    match: ["rodné číslo 7103192745", "rodne cislo 395612/059"],
    ignore: ["7103192745", "rodné číslo 7103192746"],
  },
});

/** Months of women are counted on by 50, and by 20 more when a day's numbers ran out. Nine digits have no check. */
function isBirthNumber(digits: string): boolean {
  const month = two(digits, 2) % 50;
  const isBirthday = isDateWithoutCentury(two(digits, 0), month > 20 ? month - 20 : month, two(digits, 4));
  if (!isBirthday || digits.length === 9) return isBirthday && two(digits, 0) < 54;
  return Number(digits) % 11 === 0 || (Number(digits.slice(0, 9)) % 11 === 10 && digits[9] === "0");
}
