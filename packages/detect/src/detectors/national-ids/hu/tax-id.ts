import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const HU_TAX_ID = nationalId({
  country: "hu",
  id: "hu_tax_id",
  finds: "Hungarian tax identification numbers of people with their check digit",
  source: "1996. évi XX. törvény, adóazonosító jel",
  check: (digits) => weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === Number(digits[9]),
  bare: {
    pattern: String.raw`8\d{9}`,
    words: ["adoazonosito", "adoazonosito jel", "ado", "hungarian", "tax id"],
    match: ["adóazonosító jel: 8071592153"],
    ignore: ["8071592153", "adóazonosító jel: 8071592154"],
  },
});
