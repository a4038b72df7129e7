import { defineDetector } from "../../detector.ts";
import { isOneDigit } from "../../validators/compact.ts";
import { digitsOf } from "../../validators/digits.ts";
import { luhn } from "../../validators/luhn.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const creditCardNear = defineDetector({
  id: "credit_card_near",
  type: "credit_card",
  class: "direct_identifier",
  pack: "finance",
  finds:
    "Payment card numbers of any issuer and length, older ones too, with a valid check digit, near a word such as card.",
  source: "ISO/IEC 7812-1 (8 to 19 digits; those in use have 12 and more)",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:\d{12,19}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,4}|\d{4}[ -]\d{6}[ -]\d{4,5})\b`,
  confirm: (candidate, context) => {
    const digits = digitsOf(candidate);
    return isWholeNumber(context) && luhn(digits) && !isOneDigit(digits);
  },
  near: {
    words: [
      "card",
      "cards",
      "creditcard",
      "cardnumber",
      "cc",
      "ccnum",
      "visa",
      "mastercard",
      "amex",
      "maestro",
      "diners",
      "discover",
      "jcb",
      "uatp",
      "credit",
      "debit",
      "karte",
      "kreditkarte",
      "carte",
      "tarjeta",
      "cartao",
      "carta",
    ],
    window_bytes: 40,
  },
  examples: {
    match: ["my credit card: 122000000000003", "visa 4222222222222", "card 5038 3757 2070 8"],
    ignore: ["122000000000003", "card 122000000000004", "card 4222222222222-1"],
  },
});
