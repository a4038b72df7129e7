import { defineDetector } from "../../detector.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const bic = defineDetector({
  id: "bic",
  type: "bic",
  class: "quasi_identifier",
  pack: "finance",
  finds: "Business identifier codes of banks, near a word such as BIC or SWIFT.",
  source: "ISO 9362",
  confidence: "likely",
  atoms: ["(?i:bic|swift)"],
  pattern: String.raw`(?i:bic|swift)(?:/(?i:bic|swift))?(?:[ _-]?(?i:code|no|number))?["']?[ :=]{0,3}(?:(?i:is) )?["']?[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b`,
  narrow: (match) => [codeStart(match), match.length],
  confirm: (_candidate, context) => standsAlone(context),
  examples: {
    match: ["BIC: DEUTDEFF", "swift code is DEUTDEFF500", '"bic":"BNPAFRPPXXX"'],
    ignore: ["DEUTDEFF", "SWIFT: pending", "public BUSINESS"],
  },
});

/** The last run of capitals and digits. */
function codeStart(match: string): number {
  let start = match.length;
  while (start > 0 && !" :=\"'".includes(match[start - 1]!)) start--;
  return start;
}
