import { weightedSum } from "../../../validators/weighted-sum.ts";
import { ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const CH_AHV = nationalId({
  country: "ch",
  id: "ch_ahv",
  finds: "Swiss social security numbers (AHV, AVS) with their check digit",
  source: "Zentrale Ausgleichsstelle, AHV-Nummer (GS1 prefix 756)",
  check: (digits) => weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  written: {
    atoms: [ELEVEN_DIGITS, String.raw`756[ .]\d{4}`],
    pattern: String.raw`756\.\d{4}\.\d{4}\.\d{2}|756 \d{4} \d{4} \d{2}|756\d{10}`,
    match: ["AHV 756.9217.0769.85", "7569217076985"],
    ignore: ["AHV 756.9217.0769.86", "755.9217.0769.85"],
  },
});
