import { defineDetector } from "../../detector.ts";
import { isMrzCheck } from "../../validators/mrz.ts";
import { CAPITAL_AND_SIX } from "../number-shapes.ts";

export const passportMrz = defineDetector({
  id: "passport_mrz",
  type: "passport",
  class: "direct_identifier",
  pack: "pii",
  finds: "The second machine-readable line of passports with its check digits.",
  source: "ICAO Doc 9303 part 4 section 4.2.2",
  confidence: "certain",
  atoms: [CAPITAL_AND_SIX],
  pattern: String.raw`\b(?:[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX]\d{7}[A-Z0-9<]{14}[0-9<]\d)\b`,
  confirm: (candidate) =>
    isMrzCheck(candidate.slice(0, 9), candidate[9]) &&
    isMrzCheck(candidate.slice(13, 19), candidate[19]) &&
    isMrzCheck(candidate.slice(21, 27), candidate[27]),
  examples: {
    match: ["L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
    ignore: ["L898902C37UTO7408122F1204159ZE184226B<<<<<10"],
  },
});
