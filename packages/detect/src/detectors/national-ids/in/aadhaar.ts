import { verhoeff } from "../../../validators/verhoeff.ts";
import { FOUR_FOUR_FOUR } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const IN_AADHAAR = nationalId({
  country: "in",
  id: "in_aadhaar",
  finds: "Indian Aadhaar numbers with their check digit",
  source: "UIDAI, Aadhaar number; Verhoeff's check",
  check: verhoeff,
  written: {
    atoms: [FOUR_FOUR_FOUR],
    pattern: String.raw`[2-9]\d{3}(?: \d{4} \d{4}|-\d{4}-\d{4})`,
    match: ["3998 7654 3211", "3998-7654-3211"],
    ignore: ["3998 7654 3212", "1234 5678 9012"],
  },
  bare: {
    pattern: String.raw`[2-9]\d{11}`,
    words: ["aadhaar", "aadhar", "uidai", "आधार"],
    match: ["Aadhaar number is 400123456787"],
    ignore: ["400123456787", "Aadhaar number is 400123456788"],
  },
});
