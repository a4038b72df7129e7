import type { DetectorDefinition } from "./detector.ts";

type Near = NonNullable<DetectorDefinition["near"]>;

/**
 * True when one of the detector's words stands near `text[start, end)` or in the key. Latin words are compared as
 * whole words without case and accents, and `card_number`, `card-number`, `card.number` and `cardNumber` all
 * read "card number".
 */
export function hasContextWord(near: Near, text: Buffer, start: number, end: number, key: string): boolean {
  const before = text.toString("latin1", Math.max(0, start - near.window_bytes), start);
  const after = text.toString("latin1", end, Math.min(text.length, end + near.window_bytes));
  const around = `${bytesOf(key)}\n${withoutMarks(before)}\n${withoutMarks(after)}`;
  const words = asWords(around);
  return near.words.some((word) =>
    isLatin(word) ? words.includes(` ${word} `) : around.includes(bytesOf(word)),
  );
}

/** UTF-8 as a string of one character a byte, as texts are looked at. */
function bytesOf(text: string): string {
  return isLatin(text) ? text : Buffer.from(text).toString("latin1");
}

function isLatin(word: string): boolean {
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) >= 0x80) return false;
  return true;
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

/** The words of a key, as {@link hasContextWord} compares them. */
export function wordsOf(key: string): readonly string[] {
  return asWords(bytesOf(key)).split(" ");
}

/** Lower-case words, each with one space on both sides. Whatever is not a letter separates. */
function asWords(text: string): string {
  let words = " ";
  let previous = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = letterAt(code, text.charCodeAt(i + 1));
    if (isWordStart(code, letter, previous) && !words.endsWith(" ")) words += " ";
    if (letter > 0) words += String.fromCharCode(letter);
    if (code >= LEAD_BYTE_MIN && letter > 0) i++;
    previous = letter === 0 ? 0 : code;
  }
  return `${words} `;
}

/** A capital after a small letter begins a word, and so does what is no letter: there a word ends. */
function isWordStart(code: number, letter: number, previous: number): boolean {
  if (letter === 0) return true;
  return code >= 0x41 && code <= 0x5a && previous >= 0x61 && previous <= 0x7a;
}

/** The small letter a-z that a byte stands for, together with the next one if it begins an accented letter; 0 for none. */
function letterAt(code: number, next: number): number {
  if (code < 0x80) {
    const folded = code | 0x20;
    return folded >= 0x61 && folded <= 0x7a ? folded : 0;
  }
  if (code < LEAD_BYTE_MIN || code > LEAD_BYTE_MAX || (next & 0xc0) !== 0x80) return 0;
  return BASE_LETTERS[((code & 0x1f) << 6) | (next & 0x3f)]!;
}

/** First bytes of U+00C0 to U+024F in UTF-8. */
const LEAD_BYTE_MIN = 0xc3;
const LEAD_BYTE_MAX = 0xc9;

const UNDIVIDED: Readonly<Record<string, string>> = {
  ß: "s",
  æ: "a",
  ø: "o",
  Ø: "o",
  đ: "d",
  Đ: "d",
  ł: "l",
  Ł: "l",
  ı: "i",
  œ: "o",
  þ: "t",
  ð: "d",
};

/** The letter under the accent, by code point; of letters that Unicode doesn't take apart, the one they resemble. */
const BASE_LETTERS = Uint8Array.from({ length: 0x250 }, (_, code) => {
  if (code < 0xc0) return 0;
  const character = String.fromCharCode(code);
  const base = (UNDIVIDED[character] ?? character.normalize("NFD")[0]!).toLowerCase().charCodeAt(0);
  return base >= 0x61 && base <= 0x7a ? base : 0;
});
