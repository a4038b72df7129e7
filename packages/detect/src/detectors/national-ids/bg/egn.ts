import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const BG_EGN = nationalId({
  country: "bg",
  id: "bg_egn",
  finds: "Bulgarian personal numbers (EGN): a date of birth and a check digit",
  source: "Bulgarian Civil Registration Act; ГРАО, Структура на ЕГН",
  check: isEgn,
  bare: {
    pattern: String.raw`\d{10}`,
    words: ["egn", "егн", "ЕГН", "bulgarian"],
    match: ["EGN 7523169263", "ЕГН: 8032056031"],
    ignore: ["7523169263", "EGN 7523169264"],
  },
});

/** Months are counted on by 20 for the nineteenth century, by 40 for the twenty-first. */
function isEgn(digits: string): boolean {
  const month = two(digits, 2);
  const check = (weightedSum(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10;
  return (
    month < 60 &&
    isDateWithoutCentury(two(digits, 0), month % 20, two(digits, 4)) &&
    check === Number(digits[9])
  );
}
