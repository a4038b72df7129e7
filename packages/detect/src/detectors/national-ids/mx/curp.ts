import { isYymmdd } from "../../../validators/calendar-date.ts";
import { CAPITAL_AND_SIX } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const MX_CURP = nationalId({
  country: "mx",
  id: "mx_curp",
  finds: "Mexican population registry codes (CURP): initials, date of birth, state and check digit",
  source: "RENAPO, Instructivo normativo para la asignación de la CURP",
  check: isCurp,
  written: {
    atoms: [CAPITAL_AND_SIX],
    pattern: String.raw`[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d`,
    confidence: "certain",
    match: ["CURP BOXW310820HNERXN09"],
    ignore: ["CURP BOXW310820HNERXN00"],
  },
});

const ALPHABET = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ";

/** Ñ, which no CURP holds, has the place of &. */
function isCurp(compact: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += ALPHABET.indexOf(compact[i]!) * (18 - i);
  return isYymmdd(compact.slice(4)) && (10 - (sum % 10)) % 10 === Number(compact[17]);
}
