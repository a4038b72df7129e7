import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { isAssignableSsn } from "../../validators/us-ssn.ts";

export const usSsn = defineDetector({
  id: "us_ssn",
  type: "us_ssn",
  class: "direct_identifier",
  pack: "pii",
  finds: "US social security numbers written with dashes, in ranges that are assigned.",
  source: "US Social Security Administration, SSN randomization",
  confidence: "likely",
  atoms: [String.raw`\d{3}-\d{2}-\d{4}`],
  pattern: String.raw`\d{3}-\d{2}-\d{4}`,
  confirm: (candidate, context) => isWholeNumber(context) && isAssignableSsn(digitsOf(candidate)),
  examples: {
    match: ["ssn 536-90-4399", "(212-09-7694)"],
    ignore: ["000-12-3456", "666-12-3456", "912-12-3456", "123-00-4567", "1-123-45-6789", "123-45-6789-0"],
  },
});
