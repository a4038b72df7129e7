import { nationalId } from "../national-id.ts";

export const ES_NIE = nationalId({
  country: "es",
  id: "es_nie",
  finds: "Identity numbers of foreigners in Spain (NIE) with their check letter",
  source: "Ministerio del Interior, Cálculo del dígito de control del NIF/NIE; Orden INT/2058/2008",
  check: isNie,
  written: {
    atoms: [String.raw`[XYZxyz]-?\d{7}`],
    pattern: String.raw`(?i:[xyz]-?\d{7}-?[a-hj-np-tv-z])`,
    match: ["X9613851N", "Y8063915-Z"],
    ignore: ["X9613852N", "W8063915Q"],
  },
});

const LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

/** The first letter counts as a digit: X 0, Y 1, Z 2. */
function isNie(compact: string): boolean {
  const number = `${"XYZ".indexOf(compact[0]!)}${compact.slice(1, 8)}`;
  return LETTERS[Number(number) % 23] === compact[8];
}
