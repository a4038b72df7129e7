import { weightedSum } from "../../../validators/weighted-sum.ts";
import { DOTTED_GROUPS, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const BR_CPF = nationalId({
  country: "br",
  id: "br_cpf",
  finds: "Brazilian taxpayer numbers (CPF) with their two check digits",
  source: "Receita Federal, Instrução Normativa RFB 1548/2015",
  check: isCpf,
  written: {
    atoms: [DOTTED_GROUPS],
    pattern: String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`,
    confidence: "certain",
    match: ["CPF 529.982.247-25"],
    ignore: ["CPF 529.982.247-26", "111.111.111-11"],
  },
  alone: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`\d{11}`,
    match: ["52998224725"],
    ignore: ["52998224726", "took 52998224725 ns"],
  },
  bare: {
    pattern: String.raw`\d{9}-?\d{2}|\d{3} \d{3} \d{3} \d{2}`,
    words: ["cpf", "contribuinte", "cadastro"],
    match: ["cpf=52998224725"],
    ignore: ["count 52998224725", "cpf=52998224726"],
  },
});

function isCpf(digits: string): boolean {
  const first = checkDigit(weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]));
  const second = checkDigit(weightedSum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
  return first === Number(digits[9]) && second === Number(digits[10]);
}

function checkDigit(sum: number): number {
  return ((sum * 10) % 11) % 10;
}
