import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isAlphanumeric } from "../../validators/neighbours.ts";
import { isInternationalNumber } from "../../validators/phone-number.ts";

/** The prefix for calls abroad in most countries (ITU-T E.164 recommends it). */
const PREFIX = "00";

export const phoneDialled = defineDetector({
  id: "phone_dialled",
  type: "phone",
  class: "direct_identifier",
  pack: "pii",
  finds:
    "Phone numbers as they are dialled from abroad, in groups: 00, an assigned country code, a plausible length.",
  source: "ITU-T E.164; ITU Operational Bulletin, dialling procedures",
  confidence: "likely",
  atoms: [String.raw`00[2-9]\d{1,2}[ /-]\d{2}`, String.raw`00[17][ /-]\d{2}`],
  pattern: String.raw`\b00(?:[17]|[2-9]\d{1,2})(?:[ /-]\d{2,8}){1,5}\b`,
  confirm: (candidate, { before, after }) =>
    !".,:+-/_".includes(before.at(-1) || " ") &&
    !(".:-/_".includes(after[0] || " ") && isAlphanumeric(after, 1)) &&
    isInternationalNumber(digitsOf(candidate).slice(PREFIX.length)),
  examples: {
    match: ["SMS to 0049 151 23456789", "0044 20 7946 0958", "001 212 555 0123"],
    ignore: ["0012 345", "0099 151 23456789", "id 12-0049 151 23456789", "0049 151"],
  },
});
