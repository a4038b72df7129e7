import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { CAPITAL_AND_SIX } from "../number-shapes.ts";

export const deHealthInsurance = defineDetector({
  id: "de_health_insurance",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "German health insurance numbers (KVNR) with their check digit.",
  source: "GKV-Spitzenverband, § 290 SGB V, Aufbau der Krankenversichertennummer",
  confidence: "possible",
  atoms: [CAPITAL_AND_SIX],
  pattern: String.raw`\b(?:[A-Z]\d{9})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isKvnr(candidate),
  examples: {
    match: ["C000500021", "Versichertennummer Z000000005"],
    ignore: ["A123456787", "C0005000211"],
  },
});

/** Digit sums of products with 1 and 2 in turn; the letter counts as two digits. */
function isKvnr(compact: string): boolean {
  const digits = String(compact.charCodeAt(0) - 0x40).padStart(2, "0") + compact.slice(1, 9);
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const product = Number(digits[i]) * (1 + (i % 2));
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === Number(compact[9]);
}
