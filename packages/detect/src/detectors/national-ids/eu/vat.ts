import { two } from "../../../validators/calendar-date.ts";
import { mod97 } from "../../../validators/iban.ts";
import { isMod11And10 } from "../../../validators/iso-7064.ts";
import { luhn } from "../../../validators/luhn.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { CAPITAL_AND_SIX } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const EU_VAT = nationalId({
  country: "eu",
  id: "eu_vat",
  type: "vat_number",
  finds:
    "VAT numbers of Austria, Belgium, Denmark, Finland, France, Germany, Italy, Netherlands, Poland, Portugal, Spain and Sweden",
  source: "European Commission, VIES, VAT number structure; each country's check digits",
  check: isVat,
  written: {
    atoms: [CAPITAL_AND_SIX, "DE[ .-][0-9]{3}", String.raw`BE[01]\d{8}|[0-9]B\d{2}|ES[A-W]\d{7}`],
    pattern: [
      String.raw`DE[ .-]\d{3}[ .-]?\d{3}[ .-]?\d{3}|DE\d{9}`,
      String.raw`ATU\d{8}|(?:DK|FI)\d{8}|PT\d{9}|(?:BE[01]|PL)\d{9}\d?|(?:FR|IT)\d{11}|SE\d{10}01`,
      String.raw`NL\d{9}B\d{2}|ES[A-HJNPQRSUVW]\d{7}[0-9A-J]`,
    ].join("|"),
    match: ["USt-IdNr. DE136695976", "ATU13585627"],
    ignore: ["USt-IdNr. DE136695977", "XX136695976"],
  },
});

/** The check of each country over what follows its prefix. */
const CHECKS: Readonly<Record<string, (number: string) => boolean>> = {
  AT: (number) => (luhnSum(`${number.slice(1, 8)}0`) + 4 + Number(number[8])) % 10 === 0,
  BE: (number) => number.length === 10 && 97 - (Number(number.slice(0, 8)) % 97) === two(number, 8),
  DE: isMod11And10,
  DK: (number) => weightedSum(number, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  ES: isCif,
  FI: (number) => weightedSum(number, [7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0,
  FR: (number) => (12 + 3 * (Number(number.slice(2)) % 97)) % 97 === two(number, 0),
  IT: luhn,
  NL: (number) => weightedSum(number, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 || mod97(`NL${number}`) === 1,
  PL: (number) =>
    number.length === 10 && weightedSum(number, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(number[9]),
  PT: (number) =>
    ((11 - (weightedSum(number, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === Number(number[8]),
  SE: (number) => luhn(number.slice(0, 10)),
};

function isVat(compact: string): boolean {
  return CHECKS[compact.slice(0, 2)]!(compact.slice(2));
}

/** What Luhn's check adds up, for digits of which the last is not the check digit. */
function luhnSum(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const doubled = (digits.charCodeAt(i) - 0x30) * (1 + (i % 2));
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}

/** The check of a Spanish firm is a digit or, for some kinds of firm, a letter. */
function isCif(compact: string): boolean {
  let sum = 0;
  for (let i = 1; i < 8; i++) {
    const doubled = Number(compact[i]) * (1 + (i % 2));
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  const check = (10 - (sum % 10)) % 10;
  return compact[8] === String(check) || compact[8] === "JABCDEFGHI"[check];
}
