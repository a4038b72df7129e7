import { isYymmdd } from "../../../validators/calendar-date.ts";
import { CAPITAL_AND_SIX } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const MX_RFC = nationalId({
  country: "mx",
  id: "mx_rfc",
  finds: "Mexican taxpayer codes (RFC) of people: initials, date of birth and check character",
  source: "SAT, Registro Federal de Contribuyentes, anexo de homoclave",
  check: isRfc,
  written: {
    atoms: [CAPITAL_AND_SIX],
    pattern: String.raw`[A-Z]{4}\d{6}[0-9A-Z]{2}[0-9A]`,
    match: ["RFC GODE561231GR8"],
    ignore: ["RFC GODE561231GR9"],
  },
});

const ALPHABET = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ";

function isRfc(compact: string): boolean {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += ALPHABET.indexOf(compact[i]!) * (13 - i);
  return isYymmdd(compact.slice(4)) && "0A987654321"[sum % 11] === compact[12];
}
