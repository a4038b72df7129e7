import { entryOf } from "./catalogue/judgement.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { CatalogueEntry } from "./catalogue-entry.ts";
import type { KeyText } from "./key-text.ts";
import { lettersOf, NameTable, spellingsOf } from "./name-table.ts";
import { CREDENTIALS } from "./words/credentials.ts";
import { HEADS_FIRST, OTHER_HEADS, PARTICIPLE_ENDS } from "./words/head-first.ts";
import { IDENTITY_NUMBERS } from "./words/identity-numbers.ts";
import { NAMES_OF_PEOPLE } from "./words/names.ts";
import { NETWORK_ADDRESSES } from "./words/network.ts";
import { DIGESTS, FLAGS_AND_COUNTS, GLUED, ORDINARY, TRANSPARENT } from "./words/ordinary.ts";
import { GERMAN_PEOPLE, PEOPLE } from "./words/people.ts";
import type { Meaning } from "./words/phrases.ts";
import { PLACES } from "./words/places.ts";
import { REACH } from "./words/reach.ts";
import { TEXTS } from "./words/texts.ts";
import { TRAITS } from "./words/traits.ts";

/** Every file of words; of a phrase in two, the first counts. */
const MEANINGS: readonly Meaning[] = [
  ...CREDENTIALS,
  ...NETWORK_ADDRESSES,
  ...REACH,
  ...IDENTITY_NUMBERS,
  ...NAMES_OF_PEOPLE,
  ...PLACES,
  ...TEXTS,
  ...TRAITS,
];

/** The phrases that mean the same wherever a key ends in them, each as its table spells it. */
export const LEAVES: ReadonlyMap<string, CatalogueEntry> = buildLeaves();

function buildLeaves(): Map<string, CatalogueEntry> {
  const leaves = new Map<string, CatalogueEntry>();
  for (const meaning of MEANINGS) {
    for (const name of meaning.names) {
      if (leaves.has(name)) continue;
      leaves.set(name, "like" in meaning ? CATALOGUE.get(meaning.like)! : entryOf(meaning, name));
    }
  }
  return leaves;
}

/** What a phrase means; undefined where it is ordinary. */
const PHRASES = new NameTable(buildPhrases());

function buildPhrases(): Map<string, { readonly entry: CatalogueEntry | undefined }> {
  const phrases = new Map<string, { readonly entry: CatalogueEntry | undefined }>();
  const add = (name: string, entry: CatalogueEntry | undefined) => {
    for (const letters of spellingsOf(name)) if (!phrases.has(letters)) phrases.set(letters, { entry });
  };
  for (const name of ORDINARY) if (!LEAVES.has(name)) add(name, undefined);
  for (const [name, entry] of LEAVES) add(name, entry);
  return phrases;
}

function wordTable(words: readonly string[]): NameTable<true> {
  return new NameTable(new Map(words.map((word) => [lettersOf(word), true] as const)));
}

const FLAG_WORDS = wordTable(FLAGS_AND_COUNTS);
const TRANSPARENT_WORDS = wordTable(TRANSPARENT);
const DIGEST_WORDS = wordTable(DIGESTS);
const HEAD_FIRST_PHRASES = wordTable(HEADS_FIRST);
const OTHER_HEAD_WORDS = wordTable(OTHER_HEADS);
const GLUED_WORDS = wordTable([...GLUED, ...PEOPLE, ...GERMAN_PEOPLE]);

/** What only a digest of somebody's is. */
const DIGEST_OF_PERSON = CATALOGUE.get("user.hash")!;

/** Words of the longest phrase; camelCase may cut a word once more (`iBAN`). */
const PHRASE_WORDS_MAX = 5;
/** Words that may follow a phrase whose head stands first. */
const FOLLOWING_WORDS_MAX = 2;
/** Letters of the longest word that is tried as two (`useremail`). */
const GLUED_LETTERS_MAX = 32;

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const SMALL_E = 0x65;
const SMALL_S = 0x73;

/**
 * What a key means by the phrase that its words end in, from word `first` on. The longest phrase decides, so
 * that `next_page_token` is ordinary, and `email_count` ends in no phrase at all: its last word says that it
 * is a count. A number at the end is taken for an index (`address_line_2`), an s for the plural.
 */
export function meaningOf(key: KeyText, first = 0): CatalogueEntry | undefined {
  let isDigest = false;
  let end = key.words;
  while (end - 1 > first) {
    const isIndex = isNumber(key, end - 1);
    const isDigestWord = !isIndex && isWord(key, end - 1, DIGEST_WORDS);
    if (!isIndex && !isDigestWord && !isWord(key, end - 1, TRANSPARENT_WORDS)) break;
    // Some phrases end so: `password_hash`, `query_text`, `address_1`. Of several indexes only the last may belong to one.
    const whole = isIndex && end < key.words ? undefined : meaningOfWords(key, first, end);
    if (whole !== undefined) return whole.entry;
    isDigest ||= isDigestWord;
    end--;
  }
  const found = end > first ? meaningOfEnd(key, first, end) : undefined;
  if (!isDigest || found?.entry === undefined) return found?.entry;
  return found.entry.class === "credential" ? found.entry : DIGEST_OF_PERSON;
}

function meaningOfEnd(key: KeyText, first: number, end: number): Phrase | undefined {
  return meaningOfWords(key, first, end) ?? meaningOfGlued(key, end) ?? meaningOfHead(key, first, end);
}

type Phrase = { readonly entry: CatalogueEntry | undefined };

const FLAG: Phrase = { entry: undefined };

/** The longest phrase that ends with the word before `end`. */
function meaningOfWords(key: KeyText, first: number, end: number): Phrase | undefined {
  const lettersEnd = key.wordStarts[end]!;
  const numberStart = withoutNumber(key, end - 1);
  for (let word = Math.max(first, end - PHRASE_WORDS_MAX); word < end; word++) {
    const start = key.wordStarts[word]!;
    const phrase = phraseIn(key, start, lettersEnd) ?? phraseIn(key, start, numberStart);
    if (phrase !== undefined) return phrase.entry !== undefined && isFlag(key, first, word) ? FLAG : phrase;
  }
  return undefined;
}

/** The phrase with these letters, or with these but for the s of the plural. */
function phraseIn(key: KeyText, start: number, end: number): Phrase | undefined {
  if (end - start < 2) return undefined;
  const phrase = PHRASES.find(key, start, end);
  if (phrase !== undefined || key.letters[end - 1] !== SMALL_S) return phrase;
  return (
    PHRASES.find(key, start, end - 1) ??
    (key.letters[end - 2] === SMALL_E ? PHRASES.find(key, start, end - 2) : undefined)
  );
}

/** The last word as two that nothing separates. */
function meaningOfGlued(key: KeyText, end: number): Phrase | undefined {
  const start = key.wordStarts[end - 1]!;
  const lettersEnd = withoutNumber(key, end - 1);
  if (lettersEnd - start > GLUED_LETTERS_MAX) return undefined;
  for (let cut = start + 2; cut <= lettersEnd - 3; cut++) {
    if (GLUED_WORDS.find(key, start, cut) === undefined) continue;
    const phrase = phraseIn(key, cut, lettersEnd);
    if (phrase !== undefined) return phrase;
  }
  return undefined;
}

/** The last part by the phrase that it begins with: `correo_cliente`. */
function meaningOfHead(key: KeyText, first: number, end: number): Phrase | undefined {
  const word = Math.max(first, key.partStarts[end - 1]!);
  const start = key.wordStarts[word]!;
  for (let last = end - 1; last > word && last >= end - FOLLOWING_WORDS_MAX; last--) {
    if (isOtherHead(key, last)) return undefined;
    const phraseEnd = withoutNumber(key, last - 1);
    if (HEAD_FIRST_PHRASES.find(key, start, phraseEnd) !== undefined) return phraseIn(key, start, phraseEnd);
  }
  return undefined;
}

/** Whether a word says what the value is, rather than whose. */
function isOtherHead(key: KeyText, word: number): boolean {
  const end = key.wordStarts[word + 1]!;
  return (
    isWord(key, word, OTHER_HEAD_WORDS) ||
    PARTICIPLE_ENDS.some((letters) => key.reads(end - letters.length, end, letters))
  );
}

/** Whether a phrase that begins with `word` is only asked about or counted: `has_password`, `num_phones`. */
function isFlag(key: KeyText, first: number, word: number): boolean {
  if (word > first && isWord(key, word - 1, FLAG_WORDS)) return true;
  const partStart = key.partStarts[word]!;
  return partStart >= first && partStart < word && isWord(key, partStart, FLAG_WORDS);
}

function isWord(key: KeyText, word: number, words: NameTable<true>): boolean {
  return words.find(key, key.wordStarts[word]!, key.wordStarts[word + 1]!) !== undefined;
}

function isNumber(key: KeyText, word: number): boolean {
  return withoutNumber(key, word) === key.wordStarts[word];
}

/** Where the letters of a word end without the digits there. */
function withoutNumber(key: KeyText, word: number): number {
  const start = key.wordStarts[word]!;
  let at = key.wordStarts[word + 1]!;
  while (at > start && key.letters[at - 1]! >= DIGIT_0 && key.letters[at - 1]! <= DIGIT_9) at--;
  return at;
}
