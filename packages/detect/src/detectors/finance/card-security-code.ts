import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";

export const cardSecurityCode = defineDetector({
  id: "card_security_code",
  type: "card_security_code",
  class: "credential",
  pack: "finance",
  finds: "Card security codes (CVV, CVC, CID) behind their name.",
  source: "PCI DSS 4.0 requirement 3.3.1.2",
  confidence: "likely",
  atoms: ["(?i:cvv|cvc|card[ _-]?verification|security[ _-]?code)"],
  pattern: String.raw`(?i:cvv2?|cvc2?|security[ _-]?code|card[ _-]?verification(?:[ _-]?value)?)(?i:[ _-]?(?:code|number|no|nr))?["']?\)?[ \t]{0,4}(?:=>|[:=#]|(?i:is)[ \t])?[ \t]{0,4}["']?\d{3,4}`,
  narrow: lastDigits,
  confirm: (_candidate, context) => isWholeNumber(context) && !followsMark(context.before),
  examples: {
    match: ["cvv=123", '"cvc2": "1234"', "CVV is 456", "security code: 789"],
    ignore: ["cvv=12345", "cvv check failed", "code 123", "cvv_result=M"],
  },
});

/** The name may end in a digit itself. */
function lastDigits(match: string): readonly [start: number, end: number] {
  let start = match.length;
  while (match[start - 1]! >= "0" && match[start - 1]! <= "9") start--;
  return [start, match.length];
}
