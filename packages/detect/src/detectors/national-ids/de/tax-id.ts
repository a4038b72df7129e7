import { isMod11And10 } from "../../../validators/iso-7064.ts";
import { ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const DE_TAX_ID = nationalId({
  country: "de",
  id: "de_tax_id",
  finds: "German tax identification numbers with their check digit",
  source: "Bundeszentralamt für Steuern, § 139b AO; ISO/IEC 7064 MOD 11,10",
  check: isTaxId,
  alone: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`[1-9]\d{10}`,
    match: ["36574261809"],
    ignore: ["36574261808", "took 36574261809 ns"],
  },
  bare: {
    pattern: String.raw`[1-9]\d{10}|[1-9]\d \d{3} \d{3} \d{3}`,
    words: [
      "steuer id",
      "steuerid",
      "steueridentifikationsnummer",
      "identifikationsnummer",
      "idnr",
      "id nr",
      "steuernummer",
      "steuer",
      "tax id",
      "tin",
    ],
    match: ["Steuer-ID: 36 574 261 809", "IdNr. 36574261809 liegt vor"],
    ignore: ["count 36574261809", "Steuer-ID: 36 574 261 800", "IdNr. 11112345678"],
  },
});

/** Of the first ten digits one occurs twice or three times, and never three times in a row. */
function isTaxId(digits: string): boolean {
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10; i++) counts[Number(digits[i])]!++;
  const repeated = counts.filter((count) => count > 1);
  if (repeated.length > 1 || (repeated[0] ?? 0) > 3) return false;
  return !hasTriple(digits) && isMod11And10(digits);
}

function hasTriple(digits: string): boolean {
  for (let i = 2; i < 10; i++) if (digits[i] === digits[i - 1] && digits[i] === digits[i - 2]) return true;
  return false;
}
