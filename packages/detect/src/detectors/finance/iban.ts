import { defineDetector } from "../../detector.ts";
import { IBAN_LENGTH_MAX, isIban } from "../../validators/iban.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const iban = defineDetector({
  id: "iban",
  type: "iban",
  class: "direct_identifier",
  pack: "finance",
  finds: "International bank account numbers: a country's length and valid check digits.",
  source: "ISO 13616-1; SWIFT IBAN Registry",
  confidence: "certain",
  atoms: [String.raw`[A-Z]{2}\d{2}[ -]?[A-Z0-9]`],
  pattern: String.raw`[A-Z]{2}\d{2}[ -]?[A-Z0-9]{3}(?:[ -]?[A-Z0-9])+`,
  narrow: cutToIban,
  confirm: (_candidate, context) => isWholeNumber(context),
  examples: {
    match: [
      "DE89370400440532013000",
      "GB29 NWBK 6016 1331 9268 19",
      "pay FR14 2004 1010 0505 0001 3M02 606 TODAY",
      "NO93-8601-1117-947",
    ],
    ignore: ["DE89370400440532013001", "GB29 NWBK 6016 1331 9268 1", "XX89370400440532013000"],
  },
});

/** A word in capitals may follow: country and check digits say where the number ends. */
function cutToIban(match: string): readonly [start: number, end: number] {
  let compact = "";
  for (let i = 0; i < match.length && compact.length <= IBAN_LENGTH_MAX; i++) {
    if (match[i] !== " " && match[i] !== "-") compact += match[i];
    if (isIban(compact)) return [0, i + 1];
  }
  return [0, 0];
}
