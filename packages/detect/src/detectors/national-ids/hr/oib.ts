import { isMod11And10 } from "../../../validators/iso-7064.ts";
import { nationalId } from "../national-id.ts";

export const HR_OIB = nationalId({
  country: "hr",
  id: "hr_oib",
  finds: "Croatian personal identification numbers (OIB) with their check digit",
  source: "Zakon o osobnom identifikacijskom broju; ISO/IEC 7064 MOD 11,10",
  check: isMod11And10,
  bare: {
    pattern: String.raw`\d{11}`,
    words: ["oib", "osobni identifikacijski broj", "croatian"],
    match: ["OIB: 33392005961"],
    ignore: ["33392005961", "OIB: 33392005962"],
  },
});
