import { weightedSum } from "../../../validators/weighted-sum.ts";
import { CAPITAL_AND_SIX } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const TW_IDENTITY_NUMBER = nationalId({
  country: "tw",
  id: "tw_identity_number",
  finds: "Taiwanese identity numbers of citizens and residents with their check digit",
  source: "Ministry of the Interior of Taiwan, National Identification Card number",
  check: isIdentityNumber,
  written: {
    atoms: [CAPITAL_AND_SIX],
    pattern: String.raw`[A-Z][1289]\d{8}`,
    confidence: "possible",
    match: ["A123456789"],
    ignore: ["A123456780", "A323456789"],
  },
});

/** Letters stand for 10 to 35, in the order in which the counties got theirs. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO";

function isIdentityNumber(compact: string): boolean {
  const letter = LETTERS.indexOf(compact[0]!) + 10;
  const digits = `${letter}${compact.slice(1)}`;
  return weightedSum(digits, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0;
}
