import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { fromFirstDigit } from "../keyed-number.ts";

export const cardExpiry = defineDetector({
  id: "card_expiry",
  type: "card_expiry",
  class: "quasi_identifier",
  pack: "finance",
  finds: "Expiry dates of cards, month and year, behind a name such as card expiry or valid thru.",
  source: "ISO/IEC 7813; EMV 4.3 book 3",
  confidence: "likely",
  atoms: ["(?i:card[ _-]?exp|cc[ _-]?exp|valid[ _-]?thru|exp(?:iry|iration)?[ _-]?date|expiry|cardexp)"],
  pattern: String.raw`(?i:(?:card|cc)[ _-]?exp[a-z]{0,7}|valid[ _-]?thru|exp(?:iry|iration)?[ _-]?date|expiry)\.?["']?[ \t]{0,4}(?:=>|[:=]|(?i:is)[ \t])?[ \t]{0,4}["']?(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?[2-4]\d`,
  narrow: fromFirstDigit,
  confirm: (_candidate, context) => isWholeNumber(context) && !followsMark(context.before),
  examples: {
    match: ["card expiry 09/27", '"exp_date": "12/2028"', "valid thru: 01/30", "card_exp=09/27"],
    ignore: ["certificate expires 2027-09-01", "expiry 13/27", "09/27", "expiry=3600"],
  },
});
