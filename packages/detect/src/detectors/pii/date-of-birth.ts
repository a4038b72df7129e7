import { defineDetector } from "../../detector.ts";
import { isLetter, standsAlone } from "../../validators/neighbours.ts";
import { fromFirstDigit } from "../keyed-number.ts";

const NAMES =
  "date of birth|date_of_birth|dateofbirth|date-of-birth|birth[ _-]?date|birth[ _-]?day|born on|geburtsdatum|geboren am|fecha de nacimiento|date de naissance|data de nascimento|data di nascita|geboortedatum";

export const dateOfBirth = defineDetector({
  id: "date_of_birth",
  type: "date_of_birth",
  class: "quasi_identifier",
  pack: "pii",
  finds: "Dates of birth behind a name such as dob, birth date or Geburtsdatum.",
  source: "45 CFR 164.514(b)(2)(i)(C); ISO 8601 and national notations of dates",
  confidence: "likely",
  atoms: [
    "(?i:birth|born on|geburtsdatum|geboren am|geboortedatum)",
    "(?i:nacimiento|naissance|nascimento|nascita)",
    `(?i:dob)["']?[ :=]`,
  ],
  pattern: String.raw`(?:\b(?i:dob)["']?[ :=]|(?i:${NAMES}))["']?[ \t]{0,4}(?:=>|[:=]|(?i:is)[ \t])?[ \t]{0,4}["']?(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{2,4}|\d{8}|\d{1,2} [A-Za-z]{3,9} \d{4}|[A-Za-z]{3,9} \d{1,2},? \d{4})`,
  narrow: valueStart,
  confirm: (_candidate, context) => standsAlone(context),
  examples: {
    match: [
      "dob=1984-03-07",
      '"birth_date": "07.03.1984"',
      "Date of birth: March 7, 1984",
      "geboren am 7.3.1984",
    ],
    ignore: ["created 1984-03-07", "dob missing", "birthday party at 10"],
  },
});

/** A month's name may come first. */
function valueStart(match: string): readonly [start: number, end: number] {
  const [digit] = fromFirstDigit(match);
  let start = digit - 1;
  while (isLetter(match, start - 1)) start--;
  return [MONTHS.includes(match.slice(start, start + 3).toLowerCase()) ? start : digit, match.length];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
