import { isDdmmyy } from "../../../validators/calendar-date.ts";
import { DATE_AND_NUMBER } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const FI_HETU = nationalId({
  country: "fi",
  id: "fi_hetu",
  finds: "Finnish personal identity codes (HETU): a date of birth and a check character",
  source: "Digi- ja väestötietovirasto, Henkilötunnus; law 1009/2023 for the newer separators",
  check: isHetu,
  written: {
    atoms: [DATE_AND_NUMBER, String.raw`\d{6}[A-FU-Y]\d{3}`],
    pattern: String.raw`\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]`,
    match: ["131052-308T", "010594Y9032"],
    ignore: ["131052-309T", "311390-111A"],
  },
});

const CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

/** The separator tells the century; where it is a letter, it is not a part of the number that is checked. */
function isHetu(compact: string): boolean {
  const number = Number(compact.slice(0, 6) + compact.slice(-4, -1));
  return isDdmmyy(compact) && CHARACTERS[number % 31] === compact.at(-1);
}
