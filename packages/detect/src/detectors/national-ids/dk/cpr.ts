import { isDdmmyy } from "../../../validators/calendar-date.ts";
import { DATE_AND_NUMBER } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const DK_CPR = nationalId({
  country: "dk",
  id: "dk_cpr",
  finds: "Danish personal numbers (CPR): a date of birth and a serial number",
  source: "CPR-kontoret, Personnummeret i CPR (no check digit since 2007)",
  check: isDdmmyy,
  written: {
    atoms: [DATE_AND_NUMBER],
    pattern: String.raw`\d{6}-\d{4}`,
    confidence: "possible",
    match: ["211062-5629"],
    ignore: ["321062-5629", "211062-56291"],
  },
  bare: {
    pattern: String.raw`\d{10}`,
    words: ["cpr", "personnummer", "cpr nummer", "danish"],
    match: ["CPR-nummer 2110625629"],
    ignore: ["2110625629", "cpr 3210625629"],
  },
});
