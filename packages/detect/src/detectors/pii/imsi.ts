import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const imsi = defineDetector({
  id: "imsi",
  type: "imsi",
  class: "quasi_identifier",
  pack: "pii",
  finds: "Subscriber identities of mobile networks with a country's code, near a word such as IMSI.",
  source: "ITU-T E.212; 3GPP TS 23.003 section 2",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:[2-7]\d{13,14})\b`,
  confirm: (_candidate, context) => isWholeNumber(context),
  near: { words: ["imsi", "subscriber", "supi"], window_bytes: 40 },
  examples: {
    match: ["imsi: 310150123456789", "IMSI 262011234567890"],
    ignore: ["310150123456789", "imsi 910150123456789"],
  },
});
