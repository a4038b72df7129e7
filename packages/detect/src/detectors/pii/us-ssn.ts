import { type CandidateContext, defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { isAssignableSsn } from "../../validators/us-ssn.ts";
import { THREE_TWO_FOUR } from "../number-shapes.ts";

export const usSsn = defineDetector({
  id: "us_ssn",
  type: "us_ssn",
  class: "direct_identifier",
  pack: "pii",
  finds:
    "US social security numbers written in groups with dashes, dots or blanks, in ranges that are assigned.",
  source: "US Social Security Administration, SSN randomization",
  confidence: "likely",
  atoms: [THREE_TWO_FOUR],
  pattern: String.raw`\b(?:\d{3}-\d{2}-\d{4}|\d{3}\.\d{2}\.\d{4}|\d{3} \d{2} \d{4})\b`,
  confirm: (candidate, context) =>
    isWholeNumber(context) && isAssignableSsn(digitsOf(candidate)) && !isInAddress(candidate, context),
  examples: {
    match: ["ssn 536-90-4399", "(212-09-7694)", "abc 536 90 4399 abc", "536.90.4399"],
    ignore: [
      "000-12-3456",
      "666-12-3456",
      "912-12-3456",
      "123-00-4567",
      "1-123-45-6789",
      "123-45-6789-0",
      "536-90.4399",
      "Suite 680 36 4022 Oakridge Lane",
    ],
  },
});

/** Numbers of a door, a floor and a house, with blanks between, and the street behind them. */
function isInAddress(candidate: string, { after }: CandidateContext): boolean {
  const [blank, capital = ""] = after;
  return candidate[3] === " " && blank === " " && capital >= "A" && capital <= "Z";
}
