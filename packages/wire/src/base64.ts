const EQUALS = 0x3d;

/** The six bits of each digit. Both alphabets of RFC 4648 are read at once, as proto3 JSON allows either. */
const DIGITS = new Int8Array(256).fill(-1);
for (const [value, digit] of [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
].entries())
  DIGITS[digit.charCodeAt(0)] = value;
DIGITS["-".charCodeAt(0)] = 62;
DIGITS["_".charCodeAt(0)] = 63;

/** How many bytes the base64 in `text[start, end)` stands for; -1 if its length or padding can't be right. */
export function base64Length(text: Uint8Array, start: number, end: number): number {
  const digits = base64End(text, start, end) - start;
  const padding = end - start - digits;
  if (digits % 4 === 1 || (padding > 0 && (digits + padding) % 4 !== 0)) return -1;
  return Math.floor((digits * 3) / 4);
}

/**
 * Decodes the base64 in `text[start, end)`, whose length {@link base64Length} has approved, to `target` at
 * `offset`. False if a character is in neither alphabet.
 */
export function decodeBase64(
  text: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  offset: number,
): boolean {
  const stop = base64End(text, start, end);
  let at = offset;
  let bits = 0;
  let held = 0;
  for (let pos = start; pos < stop; pos++) {
    const digit = DIGITS[text[pos]!]!;
    if (digit < 0) return false;
    bits = ((bits & 0xff) << 6) | digit; // never more than six bits wait for the next digit
    held += 6;
    if (held >= 8) {
      held -= 8;
      target[at++] = bits >> held;
    }
  }
  return true;
}

/** Where the padding begins: at most two signs of it. */
function base64End(text: Uint8Array, start: number, end: number): number {
  let stop = end;
  while (stop > start && end - stop < 2 && text[stop - 1] === EQUALS) stop--;
  return stop;
}
