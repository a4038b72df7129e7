import { defineDetector } from "../../detector.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

export const mexicanClabe = defineDetector({
  id: "mexican_clabe",
  type: "bank_account",
  class: "direct_identifier",
  pack: "finance",
  finds: "Mexican bank account numbers (CLABE) with their check digit, near a word such as CLABE.",
  source: "Asociación de Bancos de México, Clave Bancaria Estandarizada",
  confidence: "likely",
  atoms: [],
  pattern: String.raw`\b\d{18}\b`,
  confirm: (candidate, context) => isWholeNumber(context) && isClabe(candidate),
  near: { words: ["clabe", "interbancaria", "cuenta", "banco", "spei"], window_bytes: 64 },
  examples: {
    match: ["CLABE 032180000118359719"],
    ignore: ["032180000118359719", "clabe 032180000118359718"],
  },
});

/** Each product counts by its last digit. */
function isClabe(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (Number(digits[i]) * [3, 7, 1][i % 3]!) % 10;
  return (10 - (sum % 10)) % 10 === Number(digits[17]);
}
