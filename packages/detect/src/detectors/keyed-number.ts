import { isDigit } from "../validators/neighbours.ts";

/** What stands between a name such as `cvv` and its value: `=`, `: `, `":"`, ` is `, ` no. `, ` #`. */
export const NAME_TO_VALUE = String.raw`(?:(?i:[ _-]?(?:number|num|no|nr|code|id)\.?))?\\{0,3}["']?[ \t]{0,4}(?:=>|[:=#]|(?i:is)[ \t])?[ \t]{0,4}\\{0,3}["']?`;

/** What stands between a name and its value where nothing but a sign will do: `=`, `: `, `":"`. */
export const SIGN_TO_VALUE = String.raw`\\{0,3}["'\]]?[ \t]{0,4}(?:=>|[:=])[ \t]{0,4}\\{0,3}["']?`;

/** Narrows a match to its last run of what is neither blank, quote nor separator: the value behind its name. */
export function valueAfter(signs: string): (match: string) => readonly [start: number, end: number] {
  return (match) => {
    let start = match.length;
    while (start > 0 && !signs.includes(match[start - 1]!)) start--;
    return [start, match.length];
  };
}

/** Narrows a match to what begins with its first digit. */
export function fromFirstDigit(match: string): readonly [start: number, end: number] {
  let start = 0;
  while (start < match.length && !isDigit(match, start)) start++;
  return [start, match.length];
}
