import { two } from "../../../validators/calendar-date.ts";
import { THREE_TWO_FOUR } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const US_ITIN = nationalId({
  country: "us",
  id: "us_itin",
  finds: "US individual taxpayer identification numbers in the ranges that are given out",
  source: "Internal Revenue Service, Internal Revenue Manual 3.21.263",
  check: isItin,
  written: {
    atoms: [THREE_TWO_FOUR],
    pattern: String.raw`9\d{2}-\d{2}-\d{4}`,
    match: ["911-53-1234"],
    ignore: ["911-89-1234", "911-53-12345"],
  },
  bare: {
    pattern: String.raw`9\d{8}|9\d{2} \d{2} \d{4}`,
    words: ["itin", "individual taxpayer", "tax id", "taxpayer"],
    match: ["ITIN 911531234"],
    ignore: ["911531234", "itin 911891234"],
  },
});

function isItin(digits: string): boolean {
  const group = two(digits, 3);
  return (
    group >= 50 &&
    group !== 66 &&
    group !== 67 &&
    group !== 68 &&
    group !== 69 &&
    group !== 89 &&
    group !== 93
  );
}
