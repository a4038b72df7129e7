import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { fromFirstDigit, NAME_TO_VALUE } from "../keyed-number.ts";

export const bankAccount = defineDetector({
  id: "bank_account",
  type: "bank_account",
  class: "direct_identifier",
  pack: "finance",
  finds: "Numbers of bank accounts behind a name such as account number or Kontonummer.",
  source: "Nacha Operating Rules, appendix 3 (up to 17 digits); national formats differ",
  confidence: "likely",
  atoms: [
    "(?i:acc(?:oun)?t[ _-]?(?:number|no|num|nr))",
    "(?i:kontonummer|numero de cuenta|numero de compte)",
    "(?i:(?:bank|checking|savings)[ _-]?account)",
  ],
  pattern: String.raw`(?i:acc(?:oun)?t[ _-]?(?:number|no|num|nr)\.?|kontonummer|numero de cuenta|numero de compte|(?:bank|checking|savings)[ _-]?account)${NAME_TO_VALUE}\d[\d -]{4,20}\d`,
  narrow: fromFirstDigit,
  confirm: (_candidate, context) => isWholeNumber(context) && !followsMark(context.before),
  examples: {
    match: ["bank account 945456787654", "account_number=000123456789", '"accountNumber":"12345678"'],
    ignore: ["account 42 created", "account number is missing", "945456787654"],
  },
});
