import { type CandidateContext, defineDetector } from "../../detector.ts";
import { digitsOf } from "../../validators/digits.ts";
import { isLetter, isWholeNumber } from "../../validators/neighbours.ts";
import { PHONE_WORDS } from "./phone-words.ts";

/** Shortest and longest national number, trunk zero or exit code included. */
const DIGITS = { min: 6, max: 15 };

export const phoneNear = defineDetector({
  id: "phone_near",
  type: "phone",
  class: "direct_identifier",
  pack: "pii",
  finds: "Phone numbers of any national form, written in groups, near a word such as phone, call or office.",
  source: "ITU-T E.123, national notation",
  confidence: "possible",
  atoms: [],
  pattern: withBoundaries(
    [
      String.raw`(?:\d{1,4}[ .-]\()?\d{2,5}\)[ -]?\d{2,8}(?:[ .-]\d{2,5}){0,3}(?:x\d{1,6})?`,
      String.raw`(?:\d{1,4}[ .-])?\d{2,5}[ .-]\d{3,6}[ .-]\d{2,5}(?:[ .-]\d{2,5}){0,3}(?:x\d{1,6})?`,
      String.raw`\d{3,5}[ -]\d{4,8}(?:x\d{1,6})?|\d{2}[ -]\d{6,9}(?:x\d{1,6})?`,
      String.raw`\d{2,5} \d{2} \d{2}(?: \d{2}){0,2}|\d{2,3} \d{2,3} \d{2} \d{2}(?: \d{2})?`,
      String.raw`\d{2}(?:-\d{2}){3,4}|\d{2}(?:\.\d{2}){4}`,
    ].join("|"),
  ),
  confirm: (candidate, context) =>
    isWholeNumber(withoutBracket(context)) &&
    isPhoneShape(candidate) &&
    !isDateOrTime(candidate, context) &&
    (isGrouped(candidate) || followsWord(context.before)),
  near: { words: PHONE_WORDS, window_bytes: 28 },
  examples: {
    match: [
      "call me at 785 8949",
      "you can call 73 448 266",
      "Phone: 0431 19 97 94",
      "089 72 63 41 office",
      "833.719.3994x1887-fax",
      "(11) 4706-6184 is my cell",
      "Telefon 06-24312407",
    ],
    ignore: [
      "785 8949",
      "call at 2026-08-22 10:15",
      "phone at 10.20.30.40",
      "office on 22.08.2026",
      "call took 12 345 ms",
      "16:13:40.307  2626 23469 W PhoneInterfaceManager: running",
    ],
  },
});

/** A bracket may open a number; without a boundary in front of digits every place in a run of them is a candidate. */
function withBoundaries(pattern: string): string {
  return String.raw`(?:\b|\()(?:${pattern})\b`;
}

/** An opening bracket before an area code is no part of a larger number. */
function withoutBracket(context: CandidateContext): CandidateContext {
  return context.after[0] === "-" ? { before: context.before, after: "" } : context;
}

function isPhoneShape(candidate: string): boolean {
  const extension = candidate.indexOf("x");
  const { length } = digitsOf(extension === -1 ? candidate : candidate.slice(0, extension));
  return length >= DIGITS.min && length <= DIGITS.max;
}

/** Two groups without a trunk zero or brackets could be any two numbers; three are less often. */
function isGrouped(candidate: string): boolean {
  return candidate[0] === "0" || candidate[0] === "(" || candidate.split(/[ .-]/).length > 2;
}

/** The number begins the text or its line, or stands right behind a word or a colon: no column of a table. */
function followsWord(before: string): boolean {
  const last = before.trimEnd().length - 1;
  return before === "" || before.endsWith("\n") || before[last] === ":" || isLetter(before, last);
}

/** Dates in both orders, times behind them, and addresses of four numbers with dots. */
function isDateOrTime(candidate: string, { after }: CandidateContext): boolean {
  const groups = candidate.split(/[ .-]/);
  const [first = "", second = "", third = ""] = groups;
  if (after[0] === ":" && groups.at(-1)!.length <= 2) return true;
  if (groups.length === 4 && candidate.split(".").length === 4 && groups.every((group) => group.length <= 3))
    return true;
  const isMonth = second.length === 2 && second <= "31";
  if (isMonth && first.length === 4 && third.length === 2) return first >= "1900" && first < "2100";
  return (
    isMonth && first.length === 2 && first <= "31" && third.length === 4 && third >= "1900" && third < "2100"
  );
}
