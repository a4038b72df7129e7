import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { standsAlone } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { NAME_TO_VALUE, valueAfter } from "../keyed-number.ts";

/** Letters alone are a word of the sentence. */
const DIGITS_MIN = 5;

export const passport = defineDetector({
  id: "passport",
  type: "passport",
  class: "direct_identifier",
  pack: "pii",
  finds: "Numbers of passports behind a name such as passport number or Reisepass.",
  source: "ICAO Doc 9303 part 4 (up to nine letters and digits)",
  confidence: "likely",
  atoms: ["(?i:passport|passeport|paspoort|pasaporte)", "(?i:passaporte|passaporto|reisepass|pass-nr)"],
  pattern: String.raw`(?i:passport|reisepass|pasaporte|passeport|passaporte|passaporto|paspoort|pass-nr\.?)(?i:nummer|number)?${NAME_TO_VALUE}[A-Za-z]{0,3}\d[A-Za-z0-9]{4,8}`,
  narrow: valueAfter(" \t:=#\"'>"),
  confirm: (candidate, context) =>
    standsAlone(context) && digitsOf(candidate).length >= DIGITS_MIN && !followsMark(context.before),
  examples: {
    match: ["my passport number is T3569075", "Reisepass C01234565 ausgestellt", '"passport_no":"912803456"'],
    ignore: ["T3569075", "passport.js 0.4.1", "passport expired"],
  },
});
