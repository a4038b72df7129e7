import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isDigit, isWholeNumber } from "../../validators/neighbours.ts";

/** Shortest and longest national number, trunk zero included, that a keyword alone vouches for. */
const NATIONAL_DIGITS = { min: 7, max: 13 };

export const phoneKeyed = defineDetector({
  id: "phone_keyed",
  type: "phone",
  class: "direct_identifier",
  pack: "pii",
  finds: "Phone numbers of any national form as the value of a key such as phone= or mobile:.",
  source: "ITU-T E.123, national notation",
  confidence: "likely",
  atoms: ["(?i:phone|mobile|msisdn|fax)", String.raw`(?i:tel)["']?[ \t]?[:=]`],
  pattern: String.raw`(?:(?i:phone|mobile|msisdn|fax)(?i:[ _-]?(?:number|no))?["']?[ \t]?|\b(?i:tel)["']?[ \t]?)[:=][ \t]{0,4}["']?\(?\d[\d .()/-]{5,18}\d`,
  narrow: (match) => [valueStart(match), match.length],
  confirm: (candidate, context) => {
    const { length } = digitsOf(candidate);
    return isWholeNumber(context) && length >= NATIONAL_DIGITS.min && length <= NATIONAL_DIGITS.max;
  },
  examples: {
    match: [
      "phone=2125550123",
      '"mobile_number": "030 1234567"',
      "Tel: (0)20 7946 0958",
      "fax: 212-555-0123",
    ],
    ignore: [
      "phones: 2125550123",
      "phone: none",
      "telemetry=2125550123",
      "mobile: 12345",
      "hotel: 2125550123",
    ],
  },
});

function valueStart(match: string): number {
  let index = 0;
  while (!isDigit(match, index)) index++;
  return match[index - 1] === "(" ? index - 1 : index;
}
