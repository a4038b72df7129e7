import { defineDetector } from "../../detector.ts";
import { isOneDigit } from "../../validators/compact.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { weightedSum } from "../../validators/weighted-sum.ts";

export const ukNhsNumber = defineDetector({
  id: "uk_nhs_number",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "NHS numbers of England, Wales and the Isle of Man with their check digit, near a word such as NHS.",
  source: "NHS Data Dictionary, NHS number",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:\d{10}|\d{3}-\d{3}-\d{4}|\d{3} \d{3} \d{4})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isNhsNumber(digitsOf(candidate)),
  near: { words: ["nhs", "national health", "health service", "patient", "nhsnumber"], window_bytes: 64 },
  examples: {
    match: ["NHS number 943 476 5919", "patient 9434765919"],
    ignore: ["943 476 5919", "NHS 943 476 5918"],
  },
});

function isNhsNumber(digits: string): boolean {
  const sum = weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  return !isOneDigit(digits) && sum % 11 === 0;
}
