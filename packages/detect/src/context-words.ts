import type { DetectorDefinition } from "./detector.ts";

/**
 * True when one of the detector's words stands near `text[start, end)` or in the key. Words are compared
 * as whole words without case, and `card_number`, `card-number`, `card.number` and `cardNumber` all read
 * "card number".
 */
export function hasContextWord(
  near: NonNullable<DetectorDefinition["near"]>,
  text: Buffer,
  start: number,
  end: number,
  key: string,
): boolean {
  const before = text.toString("latin1", Math.max(0, start - near.window_bytes), start);
  const after = text.toString("latin1", end, Math.min(text.length, end + near.window_bytes));
  const surroundings = asWords(`${key}\n${withoutMarks(before)}\n${withoutMarks(after)}`);
  return near.words.some((word) => surroundings.includes(` ${word} `));
}

/**
 * Takes out what a redactor wrote, `[REDACTED:phone]`, also where the window cuts it in two. Its words say what was
 * there; as context they would make a second pass find more than the first.
 */
function withoutMarks(text: string): string {
  return text
    .split("[")
    .map((piece, i) =>
      i === 0 || MARKS.some((mark) => piece.startsWith(mark)) ? afterBracket(piece, i === 0) : piece,
    )
    .join(" ");
}

const MARKS = ["REDACTED", "WITHHELD"];

function afterBracket(piece: string, isBeginning: boolean): string {
  const end = piece.indexOf("]");
  if (end === -1) return isBeginning ? piece : "";
  return piece.slice(end + 1);
}

/** Lower-case words, each with one space on both sides. Whatever is not a letter separates. */
function asWords(text: string): string {
  let words = " ";
  let previous = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isUpper = code >= 0x41 && code <= 0x5a;
    const isLower = code >= 0x61 && code <= 0x7a;
    const endsWord = isUpper ? previous >= 0x61 && previous <= 0x7a : !isLower;
    if (endsWord && !words.endsWith(" ")) words += " ";
    if (isUpper || isLower) words += String.fromCharCode(code | 0x20);
    previous = code;
  }
  return `${words} `;
}
