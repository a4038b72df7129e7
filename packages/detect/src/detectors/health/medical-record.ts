import { defineDetector } from "../../detector.ts";
import { isDigit, isWholeNumber } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { NAME_TO_VALUE, valueAfter } from "../keyed-number.ts";

export const medicalRecord = defineDetector({
  id: "medical_record",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "Numbers of medical records, patients and health plan members behind their name.",
  source: "45 CFR 164.514(b)(2)(i): identifiers that HIPAA has removed",
  confidence: "likely",
  atoms: [
    '(?i:mrn)[ :=#"]',
    "(?i:medical[ _-]?record)",
    "(?i:(?:patient|member|subscriber|policyholder|beneficiary)[ _-]?(?:id|number|no))",
  ],
  pattern: String.raw`(?:\b(?i:mrn)[ :=#"]|(?i:medical[ _-]?record|(?:patient|member|subscriber|policyholder|beneficiary)[ _-]?(?:id|number|no)))${NAME_TO_VALUE}[A-Z]{0,3}-?\d[\dA-Z-]{3,14}`,
  narrow: valueAfter(" \t:=#\"'>"),
  confirm: (candidate, context) =>
    isWholeNumber(context) && isDigit(candidate, candidate.length - 1) && !followsMark(context.before),
  examples: {
    match: ["MRN: 00482913", "patient_id=P-48291377", '"member_number":"W123456789"'],
    ignore: ["mrn missing", "patient count 12", "team_member 7"],
  },
});
