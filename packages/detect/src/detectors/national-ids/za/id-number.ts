import { isYymmdd } from "../../../validators/calendar-date.ts";
import { luhn } from "../../../validators/luhn.ts";
import { DATE_AND_NUMBER, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const ZA_ID_NUMBER = nationalId({
  country: "za",
  id: "za_id_number",
  finds: "South African identity numbers: a date of birth, citizenship and check digit",
  source: "Department of Home Affairs, Identification Act 68 of 1997; Luhn",
  check: isIdNumber,
  written: {
    atoms: [DATE_AND_NUMBER],
    pattern: String.raw`\d{6} \d{4} [01][89]\d`,
    match: ["800101 5009 087"],
    ignore: ["800101 5009 088"],
  },
  alone: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`\d{10}[012]\d{2}`,
    match: ["8001015009087"],
    ignore: ["8001015009088", "took 8001015009087 ns"],
  },
  bare: {
    pattern: String.raw`\d{10}[012]\d{2}`,
    words: ["south african", "id number", "identity number", "sa id", "rsa id", "said"],
    match: ["SA ID 8001015009087"],
    ignore: ["count 8001015009087", "SA ID 8001015009088"],
  },
});

function isIdNumber(digits: string): boolean {
  return isYymmdd(digits) && luhn(digits);
}
