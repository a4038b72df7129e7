import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const GR_AFM = nationalId({
  country: "gr",
  id: "gr_afm",
  finds: "Greek tax numbers (AFM) with their check digit",
  source: "Υπουργείο Οικονομικών, ΑΦΜ; MOD 11 over powers of two",
  check: (digits) => (weightedSum(digits, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === Number(digits[8]),
  bare: {
    pattern: String.raw`\d{9}`,
    words: ["afm", "tax number", "ΑΦΜ", "αφμ"],
    match: ["ΑΦΜ 094259216"],
    ignore: ["094259216", "ΑΦΜ 094259217"],
  },
});
