import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isDigit, isWholeNumber } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { isAssignableSsn } from "../../validators/us-ssn.ts";

export const usSsnKeyed = defineDetector({
  id: "us_ssn_keyed",
  type: "us_ssn",
  class: "direct_identifier",
  pack: "pii",
  finds: "US social security numbers without dashes, right after a word such as SSN.",
  source: "US Social Security Administration, SSN randomization",
  confidence: "likely",
  atoms: ["(?i:ssn)", "(?i:social[ _-]?security)"],
  pattern: String.raw`(?i:ssn|social[ _-]?security(?:[ _-]?(?:number|no))?)[^0-9A-Za-z]{1,8}\d{3}[ .]?\d{2}[ .]?\d{4}`,
  narrow: (match) => [firstDigit(match), match.length],
  confirm: (candidate, context) =>
    isWholeNumber(context) && !followsMark(context.before) && isAssignableSsn(digitsOf(candidate)),
  examples: {
    match: ["SSN: 536904399", "social security number 536 90 4399", '{"user_ssn":"536904399"}'],
    ignore: ["536904399", "session 536904399", "ssn 5369043991", "ssn 000904399"],
  },
});

function firstDigit(match: string): number {
  let index = 0;
  while (!isDigit(match, index)) index++;
  return index;
}
