import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { weightedSum } from "../../validators/weighted-sum.ts";

export const auMedicare = defineDetector({
  id: "au_medicare",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "Australian Medicare card numbers with their check digit, near the word Medicare.",
  source: "Services Australia; METeOR 270101, Medicare card number",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:[2-6]\d{9}(?:[/-]?\d)?|[2-6]\d{3} \d{5} \d(?:[ /-]\d)?)\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isMedicare(digitsOf(candidate)),
  near: { words: ["medicare"], window_bytes: 64 },
  examples: {
    match: ["Medicare 2123 45670 1", "medicare_number=2123456701"],
    ignore: ["2123456701", "Medicare 2123 45671 1"],
  },
});

function isMedicare(digits: string): boolean {
  return weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);
}
