import { weightedSum } from "../../../validators/weighted-sum.ts";
import { SEVEN_AND_CAPITAL } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const IE_PPS = nationalId({
  country: "ie",
  id: "ie_pps",
  finds: "Irish personal public service numbers with their check letter",
  source: "Department of Social Protection, PPS number; MOD 23",
  check: isPps,
  written: {
    atoms: [SEVEN_AND_CAPITAL],
    pattern: String.raw`\d{7}[A-W][ABHWTX]?`,
    match: ["PPSN 6433435F", "6433435OA"],
    ignore: ["PPSN 6433436F"],
  },
});

const LETTERS = "WABCDEFGHIJKLMNOPQRSTUV";

/** A second letter, but for W, is part of what the first checks. */
function isPps(compact: string): boolean {
  const second = compact.length === 9 && compact[8] !== "W" ? compact.charCodeAt(8) - 0x40 : 0;
  return LETTERS[(weightedSum(compact, [8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23] === compact[7];
}
