import { defineDetector } from "../../detector.ts";
import { isDigit, standsAlone } from "../../validators/neighbours.ts";
import { isVin } from "../../validators/vin.ts";
import { CAPITAL_AND_SIX } from "../number-shapes.ts";

export const vin = defineDetector({
  id: "vin",
  type: "vehicle_id",
  class: "quasi_identifier",
  pack: "pii",
  finds: "Vehicle identification numbers that end in a serial number, with their check digit.",
  source: "ISO 3779; 49 CFR 565.15 (check digit in North America and China)",
  confidence: "possible",
  atoms: [CAPITAL_AND_SIX],
  pattern: String.raw`\b[A-HJ-NPR-Z0-9]{10}[A-HJ-NPR-Z]\d{6}\b`,
  confirm: (candidate, context) => standsAlone(context) && isSerial(candidate) && isVin(candidate),
  examples: {
    match: ["1HGCM82633A004352", "sold 5YJSA1E14HF192002."],
    ignore: ["1HGCM82643A004352", "11111111111111111", "ABCDEFGHJKLMNPRST"],
  },
});

/** Letters in front, and five digits at the end: random tokens seldom have both. */
function isSerial(text: string): boolean {
  let letters = 0;
  for (let i = 0; i < 11; i++) if (!isDigit(text, i)) letters++;
  return letters >= 3;
}
