import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const AU_TFN = nationalId({
  country: "au",
  id: "au_tfn",
  finds: "Australian tax file numbers with their check digit",
  source: "Australian Taxation Office, Tax file number algorithm",
  check: (digits) => weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
  bare: {
    pattern: String.raw`\d{9}|\d{3}[ -]\d{3}[ -]\d{3}`,
    words: ["tfn", "tax file", "ato"],
    match: ["my TFN is 123 456 782", "tfn=123456782"],
    ignore: ["123456782", "my TFN is 123 456 783"],
  },
});
