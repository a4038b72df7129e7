import { isDate, two } from "../../../validators/calendar-date.ts";
import { luhn } from "../../../validators/luhn.ts";
import { DATE_AND_NUMBER, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const SE_PERSONAL_NUMBER = nationalId({
  country: "se",
  id: "se_personal_number",
  finds: "Swedish personal and coordination numbers: a date of birth and a check digit",
  source: "Skatteverket, SKV 704; Luhn",
  check: isPersonalNumber,
  written: {
    atoms: [ELEVEN_DIGITS, DATE_AND_NUMBER],
    pattern: String.raw`(?:\d{2})?\d{6}[-+]\d{4}|(?:18|19|20)\d{10}`,
    match: ["811228-9874", "189004119807"],
    ignore: ["811228-9875", "811328-9874"],
  },
  bare: {
    pattern: String.raw`\d{10}`,
    words: ["personnummer", "pnr", "swedish", "samordningsnummer", "personal number"],
    match: ["personnummer 8112289874"],
    ignore: ["8112289874", "personnummer 8112289875"],
  },
});

/** The check leaves out the century. Days of coordination numbers are counted on by 60. */
function isPersonalNumber(digits: string): boolean {
  const short = digits.slice(-10);
  const day = two(short, 4);
  const century = digits.length === 12 ? two(digits, 0) : 20;
  return (
    century >= 18 &&
    century <= 20 &&
    isDate(century * 100 + two(short, 0), two(short, 2), day > 60 ? day - 60 : day) &&
    luhn(short)
  );
}
