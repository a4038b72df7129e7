import { defineDetector } from "../../detector.ts";
import { isAlphanumeric } from "../../validators/neighbours.ts";
import { fromFirstDigit } from "../keyed-number.ts";

export const coordinates = defineDetector({
  id: "coordinates",
  type: "location",
  class: "location",
  pack: "pii",
  finds:
    "Latitude and longitude in decimal degrees, to ten metres or finer, behind a word such as lat or gps.",
  source: "ISO 6709; RFC 5870",
  confidence: "likely",
  atoms: [`(?i:lat|lng|lon|gps|geo|coords|itude|nates|long)["']?[:= ]`],
  pattern: String.raw`\b(?i:(?:[a-z]+_)?(?:lat|lng|lon|long|latitude|longitude|latlng|latlon|coords|coordinates|geo|gps))["']?[:= ]{1,2}["'([]?[+-]?\d{1,3}\.\d{4,15}(?:[ ,;]{1,2}[+-]?\d{1,3}\.\d{4,15})?`,
  narrow: fromNumber,
  confirm: (candidate, { after }) =>
    !isAlphanumeric(after, 0) &&
    !(after[0] === "." && isAlphanumeric(after, 1)) &&
    numbersOf(candidate).every((number) => Math.abs(number) <= DEGREES_MAX),
  examples: {
    match: ['"lat": 52.520008, "lon": 13.404954', "gps 48.8566,2.3522", "geo:-33.8688197,151.2092955"],
    ignore: ["took 52.520008 s", "lat 52.5", "latitude 523.520008", "geo.1.2.3456.7"],
  },
});

/** The sign belongs to the number. */
function fromNumber(match: string): readonly [start: number, end: number] {
  const [digit] = fromFirstDigit(match);
  return [match[digit - 1] === "-" || match[digit - 1] === "+" ? digit - 1 : digit, match.length];
}

/** Of longitudes; which of two comes first depends on who writes. */
const DEGREES_MAX = 180;

function numbersOf(candidate: string): readonly number[] {
  return candidate
    .replaceAll(",", " ")
    .replaceAll(";", " ")
    .split(" ")
    .filter((part) => part !== "")
    .map(Number);
}
