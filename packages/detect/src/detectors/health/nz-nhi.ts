import { defineDetector } from "../../detector.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const nzNhi = defineDetector({
  id: "nz_nhi",
  type: "medical_id",
  class: "direct_identifier",
  pack: "health",
  finds: "New Zealand health index numbers with their check character, behind the name NHI.",
  source: "HISO 10046:2024",
  confidence: "likely",
  atoms: ["(?i:nhi)[ :=#]"],
  pattern: String.raw`\b(?i:nhi)[ :=#]{1,3}(?:(?i:number|no)[ :=#]{1,3})?[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})`,
  narrow: (match) => [match.length - LENGTH, match.length],
  confirm: (candidate, context) => standsAlone(context) && isNhi(candidate),
  examples: {
    match: ["NHI ZAC5361", "NHI number: ZAB0194"],
    ignore: ["ZAC5361", "NHI ZAC5362"],
  },
});

const LENGTH = 7;
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/** Older numbers end in a digit (MOD 11), newer ones in a letter (MOD 24). */
function isNhi(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < LENGTH - 1; i++) {
    const letter = LETTERS.indexOf(text[i]!);
    sum += (letter === -1 ? Number(text[i]) : letter + 1) * (LENGTH - i);
  }
  const check = LETTERS.indexOf(text[6]!);
  if (check !== -1) return 24 - (sum % 24) === check + 1;
  return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === Number(text[6]);
}
