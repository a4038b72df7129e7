import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const GB_UTR = nationalId({
  country: "gb",
  id: "gb_utr",
  finds: "UK unique taxpayer references with their check digit",
  source: "HMRC, Unique Taxpayer Reference, modulus 11 check",
  check: (digits) =>
    "21987654321"[weightedSum(digits.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] === digits[0],
  bare: {
    pattern: String.raw`\d{10}K?|\d{5} \d{5}K?`,
    words: ["utr", "taxpayer", "self assessment"],
    match: ["UTR 11955 39667", "utr=1955839661"],
    ignore: ["1955839661", "UTR 11955 39669"],
  },
});
