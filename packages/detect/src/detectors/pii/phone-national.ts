import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { isNanpNumber } from "../../validators/phone-number.ts";

export const phoneNational = defineDetector({
  id: "phone_national",
  type: "phone",
  class: "direct_identifier",
  pack: "pii",
  finds:
    "North American phone numbers with separators, near a word such as phone or in an attribute named so.",
  source: "North American Numbering Plan Administrator, NPA and NXX codes",
  confidence: "possible",
  atoms: [String.raw`\d{3}[ .)-][ .-]?\d{3}[ .-]\d{4}`],
  pattern: String.raw`(?:1[ .-])?\(?\d{3}[ .)-][ .-]?\d{3}[ .-]\d{4}`,
  confirm: (candidate, context) => {
    const digits = digitsOf(candidate);
    return isWholeNumber(context) && isNanpNumber(digits.length === 11 ? digits.slice(1) : digits);
  },
  near: {
    words: [
      "phone",
      "telephone",
      "tel",
      "mobile",
      "cell",
      "cellphone",
      "fax",
      "sms",
      "whatsapp",
      "call",
      "contact",
    ],
    window_bytes: 40,
  },
  examples: {
    match: [
      "phone: (212) 555-0123",
      "call me at 212-555-0123",
      "my cell is 212.555.0123",
      "fax 1-212-555-0123",
    ],
    ignore: [
      "212-555-0123",
      "job 212-555-0123",
      "phone 111-555-0123",
      "call 2026-08-22-1000",
      "tel 2125550123",
    ],
  },
});
