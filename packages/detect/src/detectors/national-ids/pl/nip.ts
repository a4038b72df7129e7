import { weightedSum } from "../../../validators/weighted-sum.ts";
import { nationalId } from "../national-id.ts";

export const PL_NIP = nationalId({
  country: "pl",
  id: "pl_nip",
  type: "company_id:pl",
  finds: "Polish tax numbers (NIP) of people and firms with their check digit",
  source: "Ustawa o zasadach ewidencji i identyfikacji podatników",
  check: (digits) => weightedSum(digits, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(digits[9]),
  bare: {
    pattern: String.raw`\d{10}|\d{3}-\d{3}-\d{2}-\d{2}|\d{3}-\d{2}-\d{2}-\d{3}`,
    words: ["nip"],
    match: ["NIP 856-734-62-15", "nip: 8567346215"],
    ignore: ["8567346215", "NIP 856-734-62-16"],
  },
});
