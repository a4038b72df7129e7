import { nationalId } from "../national-id.ts";

export const IT_FISCAL_CODE = nationalId({
  country: "it",
  id: "it_fiscal_code",
  finds: "Italian fiscal codes (codice fiscale) with their check letter",
  source: "Decreto del Ministero delle Finanze 23 December 1976, n. 13813",
  check: isFiscalCode,
  written: {
    atoms: [String.raw`[A-Z]{2}\d{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z]`],
    pattern: String.raw`[A-Z]{6}\d{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]`,
    confidence: "certain",
    match: ["RSSMRA85T10A562S"],
    ignore: ["RSSMRA85T10A563S"],
  },
});

/** What characters at odd places (counted from 1) add: 0 or A first. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

function isFiscalCode(compact: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const code = compact.charCodeAt(i);
    const value = code < 0x3a ? code - 0x30 : code - 0x41;
    sum += i % 2 === 0 ? ODD[value]! : value;
  }
  return sum % 26 === compact.charCodeAt(15) - 0x41;
}
