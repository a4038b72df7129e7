import { isYymmdd } from "../../../validators/calendar-date.ts";
import { weightedSum } from "../../../validators/weighted-sum.ts";
import { DATE_AND_NUMBER, ELEVEN_DIGITS } from "../../number-shapes.ts";
import { nationalId } from "../national-id.ts";

export const KR_RRN = nationalId({
  country: "kr",
  id: "kr_rrn",
  finds:
    "South Korean resident registration numbers: a date of birth, sex and, before October 2020, a check digit",
  source: "Enforcement Rule of the Resident Registration Act, article 2",
  check: isRrn,
  written: {
    atoms: [DATE_AND_NUMBER],
    pattern: String.raw`\d{6}-[1-8]\d{6}`,
    match: ["960121-1021413", "211105-3637892"],
    ignore: ["960121-1021414", "961321-1021413"],
  },
  alone: {
    atoms: [ELEVEN_DIGITS],
    pattern: String.raw`\d{6}[1-8]\d{6}`,
    match: ["9601211021413"],
    ignore: ["9601211021414", "took 9601211021413 ns"],
  },
  bare: {
    pattern: String.raw`\d{6}[1-8]\d{6}`,
    words: ["rrn", "korean", "resident registration", "주민등록번호", "주민번호", "jumin"],
    match: ["His RRN is 9601211021413"],
    ignore: ["count 9601211021413", "His RRN is 9601211021414"],
  },
});

/** Since October 2020 the last six digits are random. */
function isRrn(digits: string): boolean {
  if (!isYymmdd(digits)) return false;
  const isRecent = "3478".includes(digits[6]!) && digits.slice(0, 4) >= "2010";
  const sum = weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
  const base = digits[6]! >= "5" ? 13 : 11; // of foreigners
  return isRecent || (base - (sum % 11)) % 10 === Number(digits[12]);
}
