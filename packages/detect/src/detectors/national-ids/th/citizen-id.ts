import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const TH_CITIZEN_ID = nationalId({
  country: "th",
  id: "th_citizen_id",
  finds: "Thai citizen identification numbers with their check digit",
  source: "Department of Provincial Administration of Thailand, identification number",
  check: isCitizenId,
  written: {
    atoms: [String.raw`\d{5}-\d{2}-\d`],
    pattern: String.raw`[1-8]-\d{4}-\d{5}-\d{2}-\d`,
    match: ["1-1007-00123-45-5"],
    ignore: ["1-1007-00123-45-6"],
  },
  bare: {
    pattern: String.raw`[1-8]\d{12}`,
    words: ["thai", "citizen id", "national id", "ประชาชน", "เลขประจำตัว"],
    match: ["ประชาชน: 3456789012347"],
    ignore: ["3456789012347", "ประชาชน: 3456789012348"],
  },
});

function isCitizenId(digits: string): boolean {
  const sum = weightedSum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  return (11 - (sum % 11)) % 10 === Number(digits[12]);
}
