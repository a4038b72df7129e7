import { defineDetector } from "../../detector.ts";
import { compactOf } from "../../validators/compact.ts";
import { isIban } from "../../validators/iban.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const ibanLowerCase = defineDetector({
  id: "iban_lower_case",
  type: "iban",
  class: "direct_identifier",
  pack: "finance",
  finds: "International bank account numbers in small letters: a country's length and valid check digits.",
  source: "ISO 13616-1; SWIFT IBAN Registry",
  confidence: "certain",
  atoms: [String.raw`[a-z]\d{9}`, String.raw`[a-z]\d{2} [a-z\d]{4} `], // with hyphens it would be a UUID

  pattern: String.raw`\b(?:[a-z]{2}\d{11}[a-z0-9]{0,23}|[a-z]{2}\d{2}[a-z]{4}\d{9}[a-z0-9]{0,17}|[a-z]{2}\d{2} (?:[a-z]{4} \d{4} \d{4}|\d{4} \d{4} \d{3})(?: ?[a-z0-9]{1,4}){0,6})\b`,
  narrow: cutToIban,
  confirm: (_candidate, context) => isWholeNumber(context),
  examples: {
    match: [
      "my iban is gb29nwbk60161331926819",
      "de89370400440532013000",
      "de89 3704 0044 0532 0130 00 thanks",
    ],
    ignore: ["gb29nwbk60161331926818", "ab12345678901234567890"],
  },
});

/** A word may follow. The longest that is right counts; shorter ones end where the check digits are right. */
function cutToIban(match: string): readonly [start: number, end: number] {
  for (let end = match.length; end > 0; end--) {
    if (match[end - 1] !== " " && isIban(compactOf(match.slice(0, end)))) return [0, end];
  }
  return [0, 0];
}
