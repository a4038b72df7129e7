import { defineDetector } from "../../detector.ts";
import { isOneDigit } from "../../validators/compact.ts";
import { digitsOf } from "../../validators/digits.ts";
import { luhn } from "../../validators/luhn.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { DATE_AND_NUMBER } from "../number-shapes.ts";

/** Reporting bodies of the GSMA that have given out numbers (TS.06). */
const BODIES = "01 35 44 45 49 50 51 52 53 54 86 91 98 99".split(" ");

const confirm = (candidate: string): boolean => {
  const digits = digitsOf(candidate);
  return BODIES.includes(digits.slice(0, 2)) && luhn(digits) && !isOneDigit(digits);
};

export const imei = defineDetector({
  id: "imei",
  type: "imei",
  class: "quasi_identifier",
  pack: "pii",
  finds: "IMEI numbers of phones in their printed groups, with their check digit.",
  source: "3GPP TS 23.003 section 6; GSMA TS.06",
  confidence: "likely",
  atoms: [DATE_AND_NUMBER],
  pattern: String.raw`\b(?:\d{2}-\d{6}-\d{6}-\d|\d{2} \d{6} \d{6} \d)\b`,
  confirm: (candidate, context) => isWholeNumber(context) && confirm(candidate),
  examples: {
    match: ["35-209900-176148-1", "49 015420 323751 8"],
    ignore: ["35-209900-176148-2", "12-209900-176148-1"],
  },
});

export const imeiBare = defineDetector({
  id: "imei_bare",
  type: "imei",
  class: "quasi_identifier",
  pack: "pii",
  finds: "IMEI numbers of phones with their check digit, near a word such as IMEI or device.",
  source: "3GPP TS 23.003 section 6; GSMA TS.06",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:\d{15})\b`,
  confirm: (candidate, context) => isWholeNumber(context) && confirm(candidate),
  near: { words: ["imei", "device", "handset", "phone", "equipment"], window_bytes: 40 },
  examples: {
    match: ["imei=352099001761481", "device 868932036356090"],
    ignore: ["352099001761481", "imei 352099001761482"],
  },
});
