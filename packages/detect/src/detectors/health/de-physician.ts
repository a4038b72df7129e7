import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { weightedSum } from "../../validators/weighted-sum.ts";

export const dePhysician = defineDetector({
  id: "de_physician",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "German physicians' numbers (LANR) with their check digit, near a word such as LANR.",
  source: "Kassenärztliche Bundesvereinigung, Richtlinie nach § 75 Abs. 7 SGB V",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:\d{9})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isLanr(candidate),
  near: { words: ["lanr", "arztnummer", "arzt", "physician"], window_bytes: 64 },
  examples: {
    match: ["Arztnummer 987654401 auf dem Rezept", "LANR 234567701"],
    ignore: ["987654401", "LANR 234567601"],
  },
});

function isLanr(digits: string): boolean {
  return (10 - (weightedSum(digits, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === Number(digits[6]);
}
