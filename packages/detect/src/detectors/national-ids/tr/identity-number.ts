import { weightedSum } from "../../../validators/weighted-sum.ts";
import { ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const TR_IDENTITY_NUMBER = nationalId({
  country: "tr",
  id: "tr_identity_number",
  finds: "Turkish identity numbers (T.C. kimlik no) with their two check digits",
  source: "Nüfus ve Vatandaşlık İşleri, T.C. kimlik numarası",
  check: isIdentityNumber,
  alone: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`[1-9]\d{10}`,
    match: ["10000000146"],
    ignore: ["10000000147", "took 10000000146 ns"],
  },
  bare: {
    pattern: String.raw`[1-9]\d{10}`,
    words: ["tc", "tckn", "kimlik", "turkish", "vatandaslik", "kisi"],
    match: ["TC Kimlik No: 10000000146"],
    ignore: ["count 10000000146", "TC Kimlik No: 10000000147"],
  },
});

function isIdentityNumber(digits: string): boolean {
  const weighted = weightedSum(digits, [7, -1, 7, -1, 7, -1, 7, -1, 7]);
  const sum = weightedSum(digits, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  return (weighted + 100) % 10 === Number(digits[9]) && sum % 10 === Number(digits[10]);
}
