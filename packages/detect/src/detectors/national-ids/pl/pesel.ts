import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const PL_PESEL = nationalId({
  country: "pl",
  id: "pl_pesel",
  finds: "Polish personal numbers (PESEL): a date of birth and a check digit",
  source: "Ustawa o ewidencji ludności, art. 15",
  check: isPesel,
  bare: {
    pattern: String.raw`\d{11}`,
    words: ["pesel", "polish"],
    match: ["PESEL 44051401458"],
    ignore: ["44051401458", "PESEL 44051401459", "pesel 44133401458"],
  },
});

/** Months are counted on by 20 for each century, the nineteenth last. */
function isPesel(digits: string): boolean {
  const sum = weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
  return isDateWithoutCentury(two(digits, 0), two(digits, 2) % 20, two(digits, 4)) && sum % 10 === 0;
}
