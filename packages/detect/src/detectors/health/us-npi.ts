import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { luhn } from "../../validators/luhn.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

/** Issuer that the check counts in: 80 for health, 840 for the United States. */
const ISSUER = "80840";

export const usNpi = defineDetector({
  id: "us_npi",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "US national provider identifiers with their check digit, near a word such as NPI.",
  source: "45 CFR 162.406; CMS, Requirements for NPI check digit",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:[12]\d{9}|[12]\d{3}-\d{3}-\d{3}|[12]\d{3} \d{3} \d{3})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && luhn(ISSUER + digitsOf(candidate)),
  near: { words: ["npi", "provider", "prescriber", "physician"], window_bytes: 64 },
  examples: {
    match: ["NPI: 1234567893", "Provider identifier 1245319599"],
    ignore: ["1234567893", "NPI 1234567890", "NPI 3234567893"],
  },
});
