import { isAlphanumeric, isHexDigit } from "./neighbours.ts";

/** Pairs of hex digits that lead up to the candidate; -1 where something else is joined to it. */
export function groupsBefore(before: string, joint: string): number {
  let groups = 0;
  let end = before.length;
  while (end >= 3 && before[end - 1] === joint && isPair(before, end - 3)) {
    groups++;
    end -= 3;
  }
  return isAlphanumeric(before, end - 1) ? -1 : groups;
}

export function groupsAfter(after: string, joint: string): number {
  let groups = 0;
  let start = 0;
  while (after[start] === joint && isPair(after, start + 1)) {
    groups++;
    start += 3;
  }
  return isAlphanumeric(after, start) ? -1 : groups;
}

function isPair(text: string, index: number): boolean {
  return isHexDigit(text, index) && isHexDigit(text, index + 1);
}
