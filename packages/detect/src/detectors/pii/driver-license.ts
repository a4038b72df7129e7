import { defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { standsAlone } from "../../validators/neighbours.ts";
import { followsMark } from "../../validators/placeholder.ts";
import { NAME_TO_VALUE, valueAfter } from "../keyed-number.ts";

const DIGITS_MIN = 4;

export const driverLicense = defineDetector({
  id: "driver_license",
  type: "driver_license",
  class: "direct_identifier",
  pack: "pii",
  finds: "Numbers of driving licences behind a name such as driver's license or Führerschein.",
  source: "AAMVA DL/ID Card Design Standard (US); Directive 2006/126/EC annex I",
  confidence: "likely",
  atoms: [
    "(?i:driv(?:er|ing)(?:'?s)?[ _-]?licen[cs]e)",
    "(?i:hrerschein|permis de conduire|permiso de conducir)",
  ],
  pattern: String.raw`(?i:driv(?:er|ing)(?:'?s)?[ _-]?licen[cs]e|f(?:ü|ue)hrerschein(?:nummer)?|permis de conduire|permiso de conducir)${NAME_TO_VALUE}[A-Za-z]{0,5}\d[A-Za-z0-9-]{3,17}`,
  narrow: valueAfter(" \t:=#\"'>"),
  confirm: (candidate, context) =>
    standsAlone(context) && digitsOf(candidate).length >= DIGITS_MIN && !followsMark(context.before),
  examples: {
    match: [
      "driver's license number is D1234567",
      '"drivers_license": "H12234567"',
      "Führerschein: BO12345678A",
    ],
    ignore: ["H12234567", "driver license expired", "driver version 12345678"],
  },
});
