import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const PT_NIF = nationalId({
  country: "pt",
  id: "pt_nif",
  finds: "Portuguese tax numbers (NIF) with their check digit",
  source: "Autoridade Tributária; Decreto-Lei 14/2013",
  check: isNif,
  bare: {
    pattern: String.raw`[1-35689]\d{8}|[1-35689]\d{2}[ .]\d{3}[ .]\d{3}`,
    words: ["nif", "contribuinte", "portuguese"],
    match: ["NIF 123 456 789", "contribuinte 123456789"],
    ignore: ["123456789", "NIF 123 456 780"],
  },
});

function isNif(digits: string): boolean {
  const check = 11 - (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (check > 9 ? 0 : check) === Number(digits[8]);
}
