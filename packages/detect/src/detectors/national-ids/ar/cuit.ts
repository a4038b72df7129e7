import { weightedSum } from "../../../validators/weighted-sum.ts";
import { LONG_MIDDLE } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const AR_CUIT = nationalId({
  country: "ar",
  id: "ar_cuit",
  finds: "Argentine tax and labour numbers (CUIT, CUIL) with their check digit",
  source: "AFIP, Resolución General 10/97",
  check: isCuit,
  written: {
    atoms: [LONG_MIDDLE],
    pattern: String.raw`(?:2[03-7]|3[034])-\d{8}-\d`,
    match: ["CUIT 20-12345678-6"],
    ignore: ["CUIT 20-12345678-7", "99-12345678-6"],
  },
  bare: {
    pattern: String.raw`(?:2[03-7]|3[034])\d{9}`,
    words: ["cuit", "cuil", "afip"],
    match: ["cuil: 20123456786"],
    ignore: ["20123456786", "cuil: 20123456787"],
  },
});

/** Eleven digits, the last chosen so that the weighted sum is a multiple of 11. */
function isCuit(digits: string): boolean {
  return weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}
