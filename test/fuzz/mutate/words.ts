import type { Mutator } from "./mutator.ts";
import { spliced } from "./mutator.ts";

/** Puts one of these words somewhere, or in the place of another word. */
export function wordsOf(words: readonly string[]): Mutator {
  const known = words.map((word) => Buffer.from(word));
  return (bytes, random) => {
    const word = random.pick(known);
    const at = random.below(bytes.length + 1);
    if (random.oneIn(3)) return spliced(bytes, at, at, word);
    let [start, end] = [at, at];
    while (start > 0 && isWord(bytes[start - 1]!)) start--;
    while (end < bytes.length && isWord(bytes[end]!)) end++;
    return spliced(bytes, start, end, word);
  };
}

function isWord(byte: number): boolean {
  const lower = byte | 0x20;
  return (0x61 <= lower && lower <= 0x7a) || (0x30 <= byte && byte <= 0x39) || byte === 0x5f;
}
