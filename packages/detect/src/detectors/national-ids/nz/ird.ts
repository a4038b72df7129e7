import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const NZ_IRD = nationalId({
  country: "nz",
  id: "nz_ird",
  finds: "New Zealand tax numbers (IRD) with their check digit",
  source: "Inland Revenue, Resident withholding tax specification, IRD number validation",
  check: isIrd,
  bare: {
    pattern: String.raw`\d{9}|\d{2,3}-\d{3}-\d{3}`,
    words: ["ird", "inland revenue"],
    match: ["IRD 49-091-850", "ird number 136410132"],
    ignore: ["49-091-850", "IRD 49-091-851"],
  },
});

function isIrd(digits: string): boolean {
  const padded = digits.padStart(9, "0");
  let check = remainderOf(padded, [3, 2, 7, 6, 5, 4, 3, 2]);
  if (check === 10) check = remainderOf(padded, [7, 4, 3, 2, 5, 2, 7, 6]);
  return padded >= "010000000" && padded < "200000000" && check === Number(padded[8]);
}

function remainderOf(digits: string, weights: readonly number[]): number {
  return (11 - (weightedSum(digits, weights) % 11)) % 11;
}
