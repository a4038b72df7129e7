import { wordsOf } from "./context-words.ts";
import type { DetectorDefinition } from "./detector.ts";

/** Words up to this long are parts of many others; they count right beside what could be a number. */
const SHORT_WORD = 4;

/** What stands between the words of a phrase, or between a word and a number: `tax_id: "12`. */
const GAP = "[\\t\\n -/:-@\\[-`{-~]";

/** A number, at once or behind another word for one: `BSN: 12`, `BSN number 12`, `tinNo=12`. */
const NUMBER = `(?:${GAP}{1,4}[0-9A-Z]|${GAP}?[Nn][oOuUrR]|${GAP}is${GAP})`;

/**
 * The expressions that the automaton looks for on behalf of a detector: its atoms or, where it has none, the words
 * that have to stand near what it finds. Numbers are everywhere, and these words are rare.
 */
export function wakingAtoms({ atoms, near }: DetectorDefinition): readonly string[] {
  return atoms.length > 0 ? atoms : (near?.words ?? []).map(atomOfWord);
}

function atomOfWord(word: string): string {
  if (!isLatin(word)) return word;
  const letters = word.split(" ").map(lettersOf).join(`${GAP}{0,3}`);
  if (word.length >= SHORT_WORD) return letters;
  return `${letters}${NUMBER}|[0-9]${GAP}{1,3}${letters}`;
}

/** In either case, and with or without the accents that the languages of the words have. */
function lettersOf(word: string): string {
  return word.replace(/[a-z]/g, (letter) => {
    const cases = letter + letter.toUpperCase();
    return ACCENTED.includes(letter) ? `[${cases}\\x{C0}-\\x{17F}]` : `[${cases}]`;
  });
}

const ACCENTED = "aceinosu";

function isLatin(word: string): boolean {
  return /^[a-z ]*$/.test(word);
}

const NONE: readonly number[] = [];

/**
 * Tells which detectors an attribute's key wakes, since one of their words may be in it. Only those without atoms need
 * it. Emitters of ever new keys ask for each, so words are looked up by a hash of their letters, without making strings:
 * words that share one wake each other's detectors, and are told apart where a number is found.
 */
export class WakingKeys {
  /** By the hash of a word, or of up to three with a blank between. */
  readonly #latin = new Map<number, number[]>();
  readonly #foreign: (readonly [word: string, index: number])[] = [];
  /** 1 at the low bits of every hash that is in {@link #latin}: most words are told by it to be none of them. */
  readonly #mayBe = new Uint8Array(LOW_BITS + 1);

  constructor(definitions: readonly DetectorDefinition[]) {
    for (const [index, { atoms, near }] of definitions.entries()) {
      if (atoms.length > 0) continue;
      for (const word of near?.words ?? []) {
        if (isLatin(word)) this.#add(word, index);
        else this.#foreign.push([word, index]);
      }
    }
  }

  #add(word: string, index: number): void {
    let hash = 0;
    for (let i = 0; i < word.length; i++) hash = withLetter(hash, word.charCodeAt(i));
    this.#mayBe[hash & LOW_BITS] = 1;
    const indexes = this.#latin.get(hash);
    if (indexes === undefined) this.#latin.set(hash, [index]);
    else indexes.push(index);
  }

  /** Indexes of the detectors, each once, in no order. */
  wokenBy(key: string): readonly number[] {
    return isAscii(key) ? this.#wokenByWords(key) : this.#wokenByAny(key);
  }

  #wokenByAny(key: string): readonly number[] {
    const woken = new Set(this.#wokenByWords(wordsOf(key).join(" ")));
    for (const [word, index] of this.#foreign) if (key.includes(word)) woken.add(index);
    return Array.from(woken);
  }

  /** Words as `wordsOf` divides them: whatever is no letter separates, and so does a capital behind a small letter. */
  #wokenByWords(key: string): readonly number[] {
    const mayBe = this.#mayBe;
    let woken: number[] | undefined;
    let one = 0; // the hash of the word so far
    let two = 0; // of the one before and this
    let three = 0;
    let isSmall = false;
    for (let i = 0; i <= key.length; i++) {
      const code = i < key.length ? key.charCodeAt(i) : BLANK;
      const letter = code | 0x20;
      const isLetter = letter >= 0x61 && letter <= 0x7a;
      if (one !== 0 && (!isLetter || (isSmall && code !== letter))) {
        if (mayBe[one & LOW_BITS] === 1) woken = this.#woken(one, woken);
        if (mayBe[two & LOW_BITS] === 1) woken = this.#woken(two, woken);
        if (mayBe[three & LOW_BITS] === 1) woken = this.#woken(three, woken);
        three = withLetter(two, BLANK);
        two = withLetter(one, BLANK);
        one = 0;
      }
      isSmall = isLetter && code === letter;
      if (!isLetter) continue;
      one = withLetter(one, letter);
      two = withLetter(two, letter);
      three = withLetter(three, letter);
    }
    return woken ?? NONE;
  }

  #woken(hash: number, woken: number[] | undefined): number[] | undefined {
    const indexes = this.#latin.get(hash);
    if (indexes === undefined) return woken;
    if (woken === undefined) return Array.from(new Set(indexes));
    for (const index of indexes) if (!woken.includes(index)) woken.push(index);
    return woken;
  }
}

const BLANK = 0x20;

const LOW_BITS = 0x1fff;

function isAscii(key: string): boolean {
  for (let i = 0; i < key.length; i++) if (key.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** The hash of one letter more: so many bits as a number has without a box. */
function withLetter(hash: number, letter: number): number {
  return (Math.imul(hash, 31) + letter) & 0x3fffffff;
}
