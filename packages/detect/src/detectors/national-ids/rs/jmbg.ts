import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const RS_JMBG = nationalId({
  country: "rs",
  id: "rs_jmbg",
  finds:
    "Unique citizen numbers (JMBG, EMŠO) of Serbia, Bosnia, Croatia, Montenegro, North Macedonia and Slovenia",
  source: "Zakon o jedinstvenom matičnom broju građana",
  check: isJmbg,
  bare: {
    pattern: String.raw`[0-3]\d{12}`,
    words: ["jmbg", "emso", "embg", "maticni broj", "jmb", "ЈМБГ", "ЕМБГ"],
    match: ["JMBG 0101006500006"],
    ignore: ["0101006500006", "JMBG 0101006500007"],
  },
});

/** The year has three digits. */
function isJmbg(digits: string): boolean {
  const sum = weightedSum(digits, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
  const check = 11 - (sum % 11);
  return (
    isDateWithoutCentury(two(digits, 5), two(digits, 2), two(digits, 0)) &&
    "089".includes(digits[4]!) &&
    (check > 9 ? 0 : check) === Number(digits[12])
  );
}
