import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";
import { weightedSum } from "../../validators/weighted-sum.ts";

export const abaRouting = defineDetector({
  id: "aba_routing",
  type: "bank_routing:us",
  class: "quasi_identifier",
  pack: "finance",
  finds: "US bank routing numbers with their check digit, near a word such as routing.",
  source: "American Bankers Association, Routing Number Policy and Procedures",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b(?:\d{9}|\d{4}-\d{4}-\d)\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isRoutingNumber(digitsOf(candidate)),
  near: { words: ["routing", "aba", "rtn", "bank", "ach", "wire"], window_bytes: 64 },
  examples: {
    match: ["routing number 121042882", "ABA 0711-0130-7"],
    ignore: ["121042882", "routing 121042883", "routing 991042882"],
  },
});

/** Federal Reserve districts, thrift institutions, electronic transfers, and travellers' cheques. */
function isRoutingNumber(digits: string): boolean {
  const district = Number(digits.slice(0, 2));
  const isGivenOut =
    (district >= 1 && district <= 12) ||
    (district >= 21 && district <= 32) ||
    (district >= 61 && district <= 72) ||
    district === 80;
  return isGivenOut && weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}
