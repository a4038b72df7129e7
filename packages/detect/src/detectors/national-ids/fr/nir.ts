import { two } from "../../../validators/calendar-date.ts";
import { mod97 } from "../../../validators/iban.ts";
import { CAPITAL_AND_SIX, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const FR_NIR = nationalId({
  country: "fr",
  id: "fr_nir",
  finds: "French social security numbers (NIR): sex, month of birth, place and two check digits",
  source: "INSEE, Numéro d'inscription au répertoire; décret 82-103",
  check: isNir,
  written: {
    atoms: [ELEVEN_DIGITS, CAPITAL_AND_SIX, String.raw`\d{2} \d{2} \d{2} \d{3}`],
    pattern: String.raw`[12]\d{4}(?:\d{2}|2[AB])\d{6} ?\d{2}|[12] \d{2} \d{2} \d{2} \d{3} \d{3} \d{2}`,
    match: ["2 55 08 14 168 025 38", "NIR 255081416802538"],
    ignore: ["2 55 08 14 168 025 39", "3 55 08 14 168 025 38"],
  },
});

/** Corsica's departments count as 19 and 18. Months above 12 stand for none known. */
function isNir(compact: string): boolean {
  const digits = compact.slice(0, 13).replace("2A", "19").replace("2B", "18");
  const month = two(compact, 3);
  const isMonth = (month >= 1 && month <= 12) || (month >= 20 && month <= 42);
  return isMonth && 97 - mod97(digits) === Number(compact.slice(13));
}
