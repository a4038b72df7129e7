import { isDdmmyy } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { DATE_AND_NUMBER } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const LV_PERSONAL_CODE = nationalId({
  country: "lv",
  id: "lv_personal_code",
  finds: "Latvian personal codes with their check digit",
  source: "Pilsonības un migrācijas lietu pārvalde, Personas kods",
  check: isPersonalCode,
  written: {
    atoms: [DATE_AND_NUMBER],
    pattern: String.raw`\d{6}-\d{5}`,
    match: ["161175-19997"],
    ignore: ["161175-19998"],
  },
  bare: {
    pattern: String.raw`\d{11}`,
    words: ["personas kods", "latvian", "personal code", "pk"],
    match: ["personas kods 16117519997"],
    ignore: ["16117519997", "personas kods 16117519998"],
  },
});

/** Codes since 2017 begin with 32 and hold no date. */
function isPersonalCode(digits: string): boolean {
  const sum = weightedSum(digits, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  const isKnownStart = digits.startsWith("32") || isDdmmyy(digits);
  return isKnownStart && ((1101 - sum) % 11) % 10 === Number(digits[10]);
}
