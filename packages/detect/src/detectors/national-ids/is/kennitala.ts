import { isDateWithoutCentury, two } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { DATE_AND_NUMBER } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const IS_KENNITALA = nationalId({
  country: "is",
  id: "is_kennitala",
  finds: "Icelandic identification numbers (kennitala): a date and a check digit",
  source: "Þjóðskrá, Kennitala; law 140/2019",
  check: isKennitala,
  written: {
    atoms: [DATE_AND_NUMBER],
    pattern: String.raw`\d{6}-\d{3}[089]`,
    match: ["kt. 120174-3399"],
    ignore: ["kt. 120174-3391"],
  },
  bare: {
    pattern: String.raw`\d{9}[089]`,
    words: ["kennitala", "kt", "icelandic"],
    match: ["kennitala 1201743399"],
    ignore: ["1201743399", "kennitala 1201743391"],
  },
});

/** Days of firms are counted on by 40. */
function isKennitala(digits: string): boolean {
  const day = two(digits, 0);
  return (
    isDateWithoutCentury(two(digits, 4), two(digits, 2), day > 40 ? day - 40 : day) &&
    weightedSum(digits, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}
