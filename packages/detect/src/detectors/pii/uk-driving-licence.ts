import { defineDetector } from "../../detector.ts";
import { standsAlone } from "../../validators/neighbours.ts";

export const ukDrivingLicence = defineDetector({
  id: "uk_driving_licence",
  type: "driver_license:gb",
  class: "direct_identifier",
  pack: "pii",
  finds: "Numbers of British driving licences: surname, date of birth, initials and check characters.",
  source: "DVLA, driver number",
  confidence: "likely",
  atoms: [String.raw`\d{6}[A-Z][A-Z9]\d[A-Z]`],
  pattern: String.raw`\b(?:[A-Z][A-Z9]{4}\d[0156]\d[0-3]\d\d[A-Z][A-Z9]\d[A-Z]{2})\b`,
  confirm: (candidate, context) => standsAlone(context) && isDriverNumber(candidate),
  examples: {
    match: ["MORGA657054SM9IJ", "FO999512018AA1AB"],
    ignore: ["MORGA637054SM9IJ", "MORGA657054SM9IJX"],
  },
});

/** The month of women is counted on by 50. Short names are filled up with nines. */
function isDriverNumber(text: string): boolean {
  const month = Number(text.slice(6, 8)) % 50;
  const day = Number(text.slice(8, 10));
  const name = text.slice(0, 5);
  const filling = name.indexOf("9");
  const isFilledAtEnd = filling === -1 || name.slice(filling) === "9".repeat(5 - filling);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && isFilledAtEnd;
}
