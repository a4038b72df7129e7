import { nationalId } from "../national-id.ts";

export const US_EIN = nationalId({
  country: "us",
  id: "us_ein",
  type: "company_id:us",
  finds:
    "US employer identification numbers, which sole proprietors have too, with a prefix that is given out",
  source: "Internal Revenue Service, How EINs are assigned and valid EIN prefixes",
  check: (digits) => !UNUSED_PREFIXES.includes(digits.slice(0, 2)),
  bare: {
    pattern: String.raw`\d{9}|\d{2}-\d{7}`,
    words: ["ein", "fein", "employer identification", "employer id", "tax id"],
    match: ["EIN 12-3456789", "ein=123456789"],
    ignore: ["12-3456789", "EIN 07-3456789"],
  },
});

const UNUSED_PREFIXES = "00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97".split(" ");
