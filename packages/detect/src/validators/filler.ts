import { isLetter } from "./neighbours.ts";

/** Pieces of fillers. `changeme` and `example-1` are not among them: people do leave those, and they open doors. */
const FILLERS = [
  ..."placeholder your_ your- yourpass yoursecret yourtoken yourkey yourapi".split(" "),
  ..."insert_ insert- replace_ replace- replaceme _here -here".split(" "),
  ..."xxxx #### redacted ...".split(" "),
];

/** Letters that count upwards with digits between them, as in `a1b2c3d4-e5f6-g7h8`. Chance makes one in 10^10. */
const SPACED_ASCENT_MAX = 8;

/**
 * True for what stands where a secret is to be filled in: it says so, or counts through digits and alphabet for
 * `ascentMax` characters.
 */
export function isFiller(value: string, ascentMax: number): boolean {
  const lower = value.toLowerCase();
  return (
    FILLERS.some((word) => lower.includes(word)) ||
    isDocumentedId(value) ||
    longestAscent(lower) >= ascentMax ||
    longestSpacedAscent(lower) >= SPACED_ASCENT_MAX
  );
}

/** `AKIA…EXAMPLE`, as Amazon ends the ids of its documentation. People did use the secrets there, `…EXAMPLEKEY`. */
function isDocumentedId(value: string): boolean {
  return value.endsWith("EXAMPLE") && value === value.toUpperCase();
}

/** Length of the longest run such as `abcdef` or `1234567890123`. */
function longestAscent(text: string): number {
  let longest = 0;
  let run = 1;
  for (let i = 1; i < text.length; i++) {
    run = isNext(text, i - 1, i) ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Letters of the longest run such as `a1b2-c3`: something stands between each two. */
function longestSpacedAscent(text: string): number {
  let longest = 0;
  let run = 1;
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isLetter(text, i)) continue;
    run = i > last + 1 && isNext(text, last, i) ? run + 1 : 1;
    longest = Math.max(longest, run);
    last = i;
  }
  return longest;
}

function isNext(text: string, index: number, next: number): boolean {
  if (text.charCodeAt(next) === text.charCodeAt(index) + 1) return true;
  return text[index] === "9" && text[next] === "0";
}
