import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const AT_SVNR = nationalId({
  country: "at",
  id: "at_svnr",
  finds: "Austrian social insurance numbers with their check digit and date of birth",
  source: "Dachverband der Sozialversicherungsträger, Aufbau der Versicherungsnummer",
  check: isSvnr,
  bare: {
    pattern: String.raw`[1-9]\d{9}|[1-9]\d{3}[ -]\d{6}`,
    words: ["svnr", "sozialversicherungsnummer", "versicherungsnummer", "sv nummer", "ecard"],
    match: ["SVNR: 1237 010180", "Sozialversicherungsnummer 1237010180"],
    ignore: ["1237 010180", "SVNR: 1237 010181"],
  },
});

/** The fourth digit is the check; the date may have a thirteenth month, when a day's numbers ran out. */
function isSvnr(digits: string): boolean {
  const check = weightedSum(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
  const month = Math.min(two(digits, 6), 12);
  return check === Number(digits[3]) && isDateWithoutCentury(two(digits, 8), month, two(digits, 4));
}
