import type { CandidateContext } from "../detector.ts";

/** True when neither neighbour is an ASCII letter or digit: the candidate is no piece of a longer word. */
export function standsAlone({ before, after }: CandidateContext): boolean {
  return !isAlphanumeric(before, before.length - 1) && !isAlphanumeric(after, 0);
}

/**
 * True when a number is no piece of a longer one or of an id: `blk_-160…`, `3.14…`, `2026-08-22-0815`. A full
 * stop or dash behind it counts only if more of the id follows.
 */
export function isWholeNumber(context: CandidateContext): boolean {
  const { before, after } = context;
  if (!standsAlone(context)) return false;
  const left = before.at(-1);
  if (left === "_" || left === "-" || (left === "." && isAlphanumeric(before, before.length - 2)))
    return false;
  const right = after[0];
  return right !== "_" && !((right === "-" || right === ".") && isAlphanumeric(after, 1));
}

/** True when `before` ends in a group of at most `lengthMax` hex digits and the joint: more of a dump, or of an id. */
export function followsHexGroup(before: string, joint: string, lengthMax: number): boolean {
  if (!before.endsWith(joint)) return false;
  const end = before.length - joint.length;
  let start = end;
  while (start > 0 && isAlphanumeric(before, start - 1)) start--;
  if (start === end || end - start > lengthMax) return false;
  for (let i = start; i < end; i++) if (!isHexDigit(before, i)) return false;
  return true;
}

/** True when the joint and a hex digit come next. */
export function leadsHexGroup(after: string, joint: string): boolean {
  return (
    after.startsWith(joint) && (isHexDigit(after, joint.length) || after.startsWith(joint, joint.length))
  );
}

export function isHexDigit(text: string, index: number): boolean {
  return isDigit(text, index) || (isLetter(text, index) && (text.charCodeAt(index) | 0x20) <= 0x66);
}

export function isAlphanumeric(text: string, index: number): boolean {
  return isDigit(text, index) || isLetter(text, index);
}

export function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index); // NaN past either end
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 0x20;
  return index >= 0 && index < text.length && code >= 0x61 && code <= 0x7a;
}
