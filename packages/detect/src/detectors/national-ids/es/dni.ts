import { DOTTED_GROUPS, SEVEN_AND_CAPITAL } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const ES_DNI = nationalId({
  country: "es",
  id: "es_dni",
  finds: "Spanish identity numbers (DNI) with their check letter",
  source: "Ministerio del Interior, Cálculo del dígito de control del NIF/NIE; Real Decreto 1553/2005",
  check: isDni,
  written: {
    atoms: [SEVEN_AND_CAPITAL, DOTTED_GROUPS],
    pattern: String.raw`\d{8}[ -]?[A-HJ-NP-TV-Z]|\d{2}\.\d{3}\.\d{3}[ -]?[A-HJ-NP-TV-Za-hj-np-tv-z]`,
    match: ["DNI 12345678Z", "12.345.678-Z"],
    ignore: ["DNI 12345679Z", "112345678Z"],
  },
});

const LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

function isDni(compact: string): boolean {
  return LETTERS[Number(compact.slice(0, 8)) % 23] === compact[8];
}
