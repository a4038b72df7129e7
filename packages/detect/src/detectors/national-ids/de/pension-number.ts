import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { SEVEN_AND_CAPITAL } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const DE_PENSION_NUMBER = nationalId({
  country: "de",
  id: "de_pension_number",
  finds: "German pension insurance numbers: area, date of birth, initial and check digit",
  source: "Deutsche Rentenversicherung, VKVV § 2",
  check: isPensionNumber,
  written: {
    atoms: [SEVEN_AND_CAPITAL, String.raw`\d{6} [A-Z] \d{3}`],
    pattern: String.raw`\d{8}[A-Z]\d{3}|\d{2} \d{6} [A-Z] \d{3}`,
    match: ["15070649C103", "RVNR 65 070803 A 019"],
    ignore: ["15070649C104", "15071349C103"],
  },
});

const WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];

/** Digit sums of the products; the letter counts as two digits, 01 to 26. */
function isPensionNumber(compact: string): boolean {
  const letter = String(compact.charCodeAt(8) - 0x40).padStart(2, "0");
  const digits = `${compact.slice(0, 8)}${letter}${compact.slice(9)}`;
  let sum = 0;
  for (const [i, weight] of WEIGHTS.entries()) {
    const product = Number(digits[i]) * weight;
    sum += Math.floor(product / 10) + (product % 10);
  }
  const day = two(compact, 2);
  const isBirthday = isDateWithoutCentury(two(compact, 6), two(compact, 4), day > 50 ? day - 50 : day);
  return isBirthday && sum % 10 === Number(compact[11]);
}
