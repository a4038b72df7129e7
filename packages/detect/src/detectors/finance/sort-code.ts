import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { fromFirstDigit, NAME_TO_VALUE } from "../keyed-number.ts";

export const sortCode = defineDetector({
  id: "sort_code",
  type: "bank_routing:gb",
  class: "quasi_identifier",
  pack: "finance",
  finds: "UK and Irish bank sort codes behind their name.",
  source: "Pay.UK, Sort codes",
  confidence: "likely",
  atoms: ["(?i:sort[ _-]?code)"],
  pattern: String.raw`(?i:sort[ _-]?code)${NAME_TO_VALUE}\d{2}[ -]?\d{2}[ -]?\d{2}`,
  narrow: fromFirstDigit,
  confirm: (_candidate, context) => isWholeNumber(context) && !followsMark(context.before),
  examples: {
    match: ["sort code 20-00-00", '"sort_code": "200000"', "sortCode=20 00 00"],
    ignore: ["20-00-00", "sort code 1", "sort code 2000001"],
  },
});
