import { weightedSum } from "../../../validators/weighted-sum.ts";
import { CAPITAL_AND_SIX } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const SG_NRIC = nationalId({
  country: "sg",
  id: "sg_nric",
  finds: "Singaporean identity numbers (NRIC, FIN) with their check letter",
  source: "Immigration and Checkpoints Authority, NRIC and FIN (series M since 2022)",
  check: isNric,
  written: {
    atoms: [CAPITAL_AND_SIX],
    pattern: String.raw`[FGMST]\d{7}[A-Z]`,
    match: ["F2346401L", "M4332674T"],
    ignore: ["F2346402L"],
  },
});

/** What the series adds to the sum, and its letters by remainder. */
const SERIES: Readonly<Record<string, readonly [offset: number, letters: string]>> = {
  S: [0, "JZIHGFEDCBA"],
  T: [4, "JZIHGFEDCBA"],
  F: [0, "XWUTRQPNMLK"],
  G: [4, "XWUTRQPNMLK"],
  M: [3, "XWUTRQPNJLK"],
};

function isNric(compact: string): boolean {
  const [offset, letters] = SERIES[compact[0]!]!;
  return letters[(weightedSum(compact.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11] === compact[8];
}
