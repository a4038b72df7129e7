import { luhn } from "../../../validators/luhn.ts";
import { nationalId } from "../national-id.ts";

export const IL_IDENTITY_NUMBER = nationalId({
  country: "il",
  id: "il_identity_number",
  finds: "Israeli identity numbers (teudat zehut) with their check digit",
  source: "Israeli Population Registry; Luhn",
  check: luhn,
  bare: {
    pattern: String.raw`\d{9}|\d{8}-\d`,
    words: ["teudat zehut", "zehut", "israeli", "תעודת", "זהות"],
    match: ["Teudat Zehut 39337423-6", "ת.ז. זהות 393374236"],
    ignore: ["393374231", "Teudat Zehut 39337423-7"],
  },
});
