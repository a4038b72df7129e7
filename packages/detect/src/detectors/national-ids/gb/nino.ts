import { CAPITAL_AND_SIX } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const GB_NINO = nationalId({
  country: "gb",
  id: "gb_nino",
  finds: "UK National Insurance numbers with a prefix that is given out",
  source: "HMRC, National Insurance Manual NIM39110",
  check: isNino,
  written: {
    atoms: [CAPITAL_AND_SIX, String.raw`[A-Z] \d{2} \d{2} \d{2}|[A-Z] \d{6}`],
    pattern: String.raw`[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: \d{2} \d{2} \d{2} |\d{6}| \d{6} ?)[A-D]`,
    match: ["PR 12 36 12 C", "NINO: PR123612C"],
    ignore: ["GB123456A", "AB 12 34 56 E", "QQ123456C"],
  },
});

/** Never given out, of those that the letters alone allow. */
const UNUSED_PREFIXES = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

function isNino(compact: string): boolean {
  return !UNUSED_PREFIXES.includes(compact.slice(0, 2));
}
