import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const BR_CNPJ = nationalId({
  country: "br",
  id: "br_cnpj",
  type: "company_id:br",
  finds: "Brazilian company numbers (CNPJ), which sole traders have too, with their two check digits",
  source: "Receita Federal, Instrução Normativa RFB 2229/2024 (letters since July 2026)",
  check: isCnpj,
  written: {
    atoms: [String.raw`\.[0-9A-Z]{3}/[0-9A-Z]{4}-`],
    pattern: String.raw`[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}`,
    confidence: "certain",
    match: ["CNPJ 11.222.333/0001-81", "12.ABC.345/01DE-35"],
    ignore: ["CNPJ 11.222.333/0001-82"],
  },
  bare: {
    pattern: String.raw`\d{14}`,
    words: ["cnpj"],
    match: ["cnpj: 11222333000181"],
    ignore: ["11222333000181", "cnpj: 11222333000182"],
  },
});

const WEIGHTS = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

/** A letter counts as its distance from the digit 0 in ASCII, so that all-digit numbers keep their check digits. */
function isCnpj(compact: string): boolean {
  const first = checkDigit(weightedSum(compact, WEIGHTS.slice(1)));
  const second = checkDigit(weightedSum(compact, WEIGHTS));
  return first === Number(compact[12]) && second === Number(compact[13]);
}

function checkDigit(sum: number): number {
  return ((sum * 10) % 11) % 10;
}
