import { defineDetector } from "../../detector.ts";
import { isIssuedCard } from "../../validators/card-issuer.ts";
import { digitsOf } from "../../validators/digits.ts";
import { luhn } from "../../validators/luhn.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { DATE_AND_NUMBER, ELEVEN_DIGITS, FOUR_FOUR_FOUR } from "../number-shapes.ts";

/**
 * Longer cards are rare, and 64-bit ids in decimal (Datadog's trace ids, for one) have 18 and 19 digits: one in
 * eighty begins with an issuer's prefix and passes the check. The long ones need the grouping of a card.
 */
const UNGROUPED_DIGITS_MAX = 16;

export const creditCard = defineDetector({
  id: "credit_card",
  type: "credit_card",
  class: "direct_identifier",
  pack: "finance",
  finds:
    "Payment card numbers: an issuer's prefix and length, the grouping cards are printed in, and a valid check digit.",
  source: "ISO/IEC 7812-1; the issuers' published number ranges",
  confidence: "likely",
  atoms: [ELEVEN_DIGITS, FOUR_FOUR_FOUR, DATE_AND_NUMBER],
  pattern: [
    String.raw`\b[2-68]\d{13,18}\b`,
    String.raw`\b[2-68]\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{2,4}(?:[ -]\d{1,3})?\b`,
    String.raw`\b3\d{3}[ -]\d{6}[ -]\d{4,5}\b`,
  ].join("|"),
  confirm: (candidate, context) => {
    const digits = digitsOf(candidate);
    if (digits.length > UNGROUPED_DIGITS_MAX && digits === candidate) return false;
    return isWholeNumber(context) && isIssuedCard(digits) && luhn(digits) && !isTimestamp(digits);
  },
  examples: {
    match: [
      "4111 1111 1111 1111",
      "pan=5555555555554444",
      "card 3782-822463-10005 declined",
      "378282246310005",
      "2223003122003222",
      "30569309025904",
      "6200000000000005",
      "4000 0000 0000 0000 006",
    ],
    ignore: [
      "4111 1111 1111 1112",
      "order 20260822131500",
      "blk_-4111111111111111",
      "id 1-4111111111111111",
      "4111111111111111-7",
      "ratio 0.4111111111111111",
      "time 1724332500000000000 ns",
      "dd.trace_id=4000000000000000006",
      "30052023123456",
    ],
  },
});

/** Day, month, year and time of day in fourteen digits, which Diners Club numbers also have. */
function isTimestamp(digits: string): boolean {
  const year = digits.slice(4, 6);
  const month = Number(digits.slice(2, 4));
  return digits.length === 14 && (year === "19" || year === "20") && month >= 1 && month <= 12;
}
