import { defineDetector } from "../../detector.ts";
import { isOneDigit } from "../../validators/compact.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const usDea = defineDetector({
  id: "us_dea",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "US drug enforcement registration numbers with their check digit, near a word such as DEA.",
  source: "21 CFR 1301; Drug Enforcement Administration, registration number check",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7})\b`,
  confirm: (candidate, context) => standsAlone(context) && isRegistration(candidate.slice(2)),
  near: { words: ["dea", "prescriber", "practitioner", "certificate", "registration"], window_bytes: 64 },
  examples: {
    match: ["DEA GL0285191", "my certificate number is: BB1388568"],
    ignore: ["GL0285191", "DEA GL0285192"],
  },
});

function isRegistration(digits: string): boolean {
  const [a, b, c, d, e, f, check] = Array.from(digits, Number);
  const sum = a! + c! + e! + 2 * (b! + d! + f!);
  return !isOneDigit(digits) && sum % 10 === check;
}
