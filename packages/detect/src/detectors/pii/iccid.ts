import { defineDetector } from "../../detector.ts";
import { luhn } from "../../validators/luhn.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const iccid = defineDetector({
  id: "iccid",
  type: "iccid",
  class: "quasi_identifier",
  pack: "pii",
  finds: "Serial numbers of SIM cards with their check digit, near a word such as ICCID or SIM.",
  source: "ITU-T E.118",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:89\d{17,18})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && luhn(candidate),
  near: { words: ["iccid", "sim", "esim", "simcard"], window_bytes: 40 },
  examples: {
    match: ["ICCID 8944538523005101525"],
    ignore: ["8944538523005101527", "iccid 8944538523005101528"],
  },
});
