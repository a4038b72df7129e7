import { isYymmdd } from "./calendar-date.ts";
import { weightedSum } from "./weighted-sum.ts";

/**
 * True for eleven digits that Estonia or Lithuania could have given to a person (EVS 585): sex and century, date of
 * birth, serial number, and a check digit with a second set of weights for where the first gives ten.
 */
export function isBalticCode(digits: string): boolean {
  const first = weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const check = first < 10 ? first : (weightedSum(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return isYymmdd(digits.slice(1)) && check === Number(digits[10]);
}
