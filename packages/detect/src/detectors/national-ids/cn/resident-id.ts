import { isDate, two } from "../../../validators/calendar-date.ts";
import { isMod11And2 } from "../../../validators/iso-7064.ts";
import { ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const CN_RESIDENT_ID = nationalId({
  country: "cn",
  id: "cn_resident_id",
  finds: "Chinese resident identity numbers: region, date of birth and check character",
  source: "GB 11643-1999",
  check: isResidentId,
  written: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`[1-8]\d{5}(?:19|20)\d{9}[\dXx]`,
    confidence: "certain",
    match: ["身份证 11010519491231002X"],
    ignore: ["身份证 11010519491231003X", "110105194913310021"],
  },
});

/** Numbers of regions begin with one of these (GB/T 2260). */
const REGIONS =
  "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split(
    " ",
  );

function isResidentId(compact: string): boolean {
  const year = two(compact, 6) * 100 + two(compact, 8);
  return (
    REGIONS.includes(compact.slice(0, 2)) &&
    isDate(year, two(compact, 10), two(compact, 12)) &&
    isMod11And2(compact)
  );
}
