import { two } from "../../../validators/calendar-date.ts";
import { CAPITALS_AND_FOUR } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const IN_GSTIN = nationalId({
  country: "in",
  id: "in_gstin",
  type: "company_id:in",
  finds: "Indian goods and services tax numbers, which hold a PAN, with their check character",
  source: "GSTN, structure of the GSTIN",
  check: isGstin,
  written: {
    atoms: [CAPITALS_AND_FOUR],
    pattern: String.raw`\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]`,
    match: ["GSTIN 27AAPFU0939F1ZV"],
    ignore: ["GSTIN 27AAPFU0939F2ZV", "99AAPFU0939F1ZV"],
  },
});

const STATES_MAX = 38;

/** Luhn's way over base 36. */
function isGstin(compact: string): boolean {
  let sum = 0;
  for (let i = 0; i < compact.length; i++) {
    const code = compact.charCodeAt(compact.length - 1 - i);
    const value = (code < 0x3a ? code - 0x30 : code - 0x37) * (1 + (i % 2));
    sum += Math.floor(value / 36) + (value % 36);
  }
  const state = two(compact, 0);
  return state >= 1 && state <= STATES_MAX && sum % 36 === 0;
}
