import { isYymmdd, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const RO_CNP = nationalId({
  country: "ro",
  id: "ro_cnp",
  finds: "Romanian personal numbers (CNP): sex, date of birth, county and check digit",
  source: "Ordonanța de urgență 97/2005; Legea 105/1996",
  check: isCnp,
  alone: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`[1-9]\d{12}`,
    match: ["2800101221146"],
    ignore: ["2800101221147", "1630615123457", "took 1630615123457 ns"],
  },
  bare: {
    pattern: String.raw`[1-9]\d{12}`,
    words: ["cnp", "cod numeric", "romanian"],
    match: ["CNP 1630615123457"],
    ignore: ["count 1630615123457", "CNP 1630615123458"],
  },
});

function isCnp(digits: string): boolean {
  const remainder = weightedSum(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  const county = two(digits, 7);
  return (
    isYymmdd(digits.slice(1)) &&
    ((county >= 1 && county <= 52) || county === 70) &&
    (remainder === 10 ? 1 : remainder) === Number(digits[12])
  );
}
