import { two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { THREE_TRIPLES } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const RU_SNILS = nationalId({
  country: "ru",
  id: "ru_snils",
  finds: "Russian pension insurance numbers (SNILS) with their two check digits",
  source: "Пенсионный фонд России, Постановление 192п",
  check: isSnils,
  written: {
    atoms: [THREE_TRIPLES],
    pattern: String.raw`\d{3}-\d{3}-\d{3}[ -]\d{2}`,
    match: ["112-233-445 95"],
    ignore: ["112-233-445 96"],
  },
  bare: {
    pattern: String.raw`\d{11}`,
    words: ["snils", "СНИЛС", "снилс"],
    match: ["СНИЛС 11223344595"],
    ignore: ["11223344595", "СНИЛС 11223344596"],
  },
});

function isSnils(digits: string): boolean {
  const sum = weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  return (sum % 101) % 100 === two(digits, 9);
}
