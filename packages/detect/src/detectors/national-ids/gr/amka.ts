import { isDdmmyy } from "../../../validators/calendar-date.ts";
import { luhn } from "../../../validators/luhn.ts";
import { nationalId } from "../national-id.ts";

export const GR_AMKA = nationalId({
  country: "gr",
  id: "gr_amka",
  finds: "Greek social security numbers (AMKA): a date of birth and a check digit",
  source: "ΗΔΙΚΑ, Αριθμός Μητρώου Κοινωνικής Ασφάλισης; Luhn",
  check: (digits) => isDdmmyy(digits) && luhn(digits),
  bare: {
    pattern: String.raw`\d{11}`,
    words: ["amka", "ΑΜΚΑ", "αμκα"],
    match: ["AMKA 01013099997"],
    ignore: ["01013099997", "AMKA 01013099998"],
  },
});
