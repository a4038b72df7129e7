import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

const LETTER = "[AC-HJKMNP-RT-Y]";
const LETTER_OR_DIGIT = "[0-9AC-HJKMNP-RT-Y]";

export const usMbi = defineDetector({
  id: "us_mbi",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "US Medicare beneficiary identifiers in their order of letters and digits.",
  source: "CMS, Understanding the Medicare Beneficiary Identifier format",
  confidence: "likely",
  atoms: [String.raw`-[A-Z][0-9A-Z]\d-[A-Z]{2}\d{2}`],
  pattern: String.raw`\b[1-9]${LETTER}${LETTER_OR_DIGIT}[0-9]-${LETTER}${LETTER_OR_DIGIT}[0-9]-${LETTER}{2}[0-9]{2}\b`,
  confirm: (_candidate, context) => isWholeNumber(context),
  examples: {
    match: ["1EG4-TE5-MK73"],
    ignore: ["1EG4-TE5-OK73", "0EG4-TE5-MK73", "1EG4-TE5-MK733"],
  },
});
