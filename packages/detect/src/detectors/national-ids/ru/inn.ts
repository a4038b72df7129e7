import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const RU_INN = nationalId({
  country: "ru",
  id: "ru_inn",
  finds: "Russian taxpayer numbers (INN) of people with their two check digits",
  source: "Федеральная налоговая служба, Приказ ММВ-7-6/435@",
  check: isInn,
  bare: {
    pattern: String.raw`\d{12}`,
    words: ["inn", "ИНН", "инн"],
    match: ["ИНН 500100732259"],
    ignore: ["500100732259", "ИНН 500100732250"],
  },
});

function isInn(digits: string): boolean {
  const first = (weightedSum(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  const second = (weightedSum(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  return first === Number(digits[10]) && second === Number(digits[11]);
}
