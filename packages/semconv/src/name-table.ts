import { KEY_LENGTH_MAX, KeyText } from "./key-text.ts";

/**
 * Values by the letters of a name, found for any range of a key's letters without making a string.
 * Two names with the same letters can't be in one table.
 */
export class NameTable<Value> {
  /** Index into the arrays below, plus one; 0 is empty. At least half are. */
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  readonly #names: readonly string[];
  readonly #values: readonly Value[];

  constructor(values: ReadonlyMap<string, Value>) {
    this.#names = [...values.keys()];
    this.#values = [...values.values()];
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(values.size * 2 + 2)));
    this.#hashes = new Int32Array(values.size);
    const key = new KeyText();
    for (const [index, name] of this.#names.entries()) {
      key.read(name);
      const hash = key.hash(0, key.length);
      this.#hashes[index] = hash;
      let slot = this.#slotOf(hash);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = index + 1;
    }
  }

  /** The value for the letters of `key` in `[start, end)`. */
  find(key: KeyText, start: number, end: number): Value | undefined {
    const hash = key.hash(start, end);
    let slot = this.#slotOf(hash);
    for (let index = this.#slots[slot]!; index !== 0; index = this.#slots[slot]!) {
      if (this.#hashes[index - 1] === hash && key.reads(start, end, this.#names[index - 1]!)) {
        return this.#values[index - 1];
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return undefined;
  }

  #slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1);
  }
}

const reader = new KeyText();

/** The letters of a name as a table has them: without separators, capitals, marks and little words. */
export function lettersOf(name: string): string {
  reader.read(name.slice(0, KEY_LENGTH_MAX));
  return String.fromCharCode(...reader.letters.subarray(0, reader.length));
}

/** The spellings of a name that a key may have: with its separators, and where nothing separates its words. */
export function spellingsOf(name: string): string[] {
  const together = name.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  return [...new Set([lettersOf(name), lettersOf(together)])];
}

/** The words of a name: `["x", "api", "key"]`. For names that are read once; a key that is resolved stays letters. */
export function wordsOf(name: string): string[] {
  reader.read(name.slice(0, KEY_LENGTH_MAX));
  return Array.from({ length: reader.words }, (_, word) =>
    String.fromCharCode(...reader.letters.subarray(reader.wordStarts[word], reader.wordStarts[word + 1])),
  );
}
