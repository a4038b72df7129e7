/** A part of a text, `[start, end)`, and what it becomes. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** A text with parts replaced, which are given in order. */
export function applyReplacements(text: Buffer, replacements: readonly Replacement[]): Buffer {
  const parts: Buffer[] = [];
  let read = 0;
  for (const { start, end, bytes } of replacements) {
    parts.push(text.subarray(read, start), bytes);
    read = end;
  }
  parts.push(text.subarray(read));
  return Buffer.concat(parts);
}

/** The one replacement that makes `after` of `before`: from the first character that differs to the last. */
export function differenceOf(before: Buffer, after: Buffer): Replacement {
  const shorter = Math.min(before.length - 1, after.length); // less one: a replacement takes something out
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  while (start > 0 && isInsideCharacter(before, start)) start--;
  let end = before.length;
  const shift = after.length - end;
  while (end > start + 1 && end + shift > start && before[end - 1] === after[end - 1 + shift]) end--;
  while (end < before.length && isInsideCharacter(before, end)) end++;
  return { start, end, bytes: after.subarray(start, end + shift) };
}

/**
 * Whether a replacement for `text[start, end)` stands there already, of which only the first words were found:
 * `password=see the vault`, where `see the vault` is what the policy writes.
 */
export function isThere(replacement: Buffer, text: Buffer, start: number, end: number): boolean {
  return (
    replacement.length >= end - start && replacement.equals(text.subarray(start, start + replacement.length))
  );
}

function isInsideCharacter(text: Buffer, at: number): boolean {
  return (text[at]! & 0xc0) === 0x80;
}
