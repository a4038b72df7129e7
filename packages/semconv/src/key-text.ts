/** Longer keys aren't names that anybody chose. In UTF-16 units. */
export const KEY_LENGTH_MAX = 1024;

const SEPARATOR = 0;
const SMALL = 1;
const CAPITAL = 2;
const DIGIT = 3;
/** Stands for nothing: combining marks, soft hyphens. */
const IGNORED = 4;

const DOT = 0x2e;
const SMALL_S = 0x73;

/** Code units below this are looked up in tables: ASCII, and Latin letters with marks. */
const TABLE_SIZE = 0x180;
const KIND = new Uint8Array(TABLE_SIZE);
const FOLDED = new Uint16Array(TABLE_SIZE);
for (let code = 0; code < TABLE_SIZE; code++) {
  const letter = String.fromCharCode(code);
  KIND[code] = kindOf(letter);
  FOLDED[code] = letter.normalize("NFD").toLowerCase().charCodeAt(0);
}

function kindOf(letter: string): number {
  if (letter === "\u00ad") return IGNORED;
  if (/\p{Lu}/u.test(letter)) return CAPITAL;
  if (/\p{Nd}/u.test(letter)) return DIGIT;
  return /[\p{L}\p{N}]/u.test(letter) ? SMALL : SEPARATOR;
}

/** The multiplier of the hash, and its powers: with them any range's hash comes from two prefixes'. */
const MULTIPLIER = 0x01000193;
const POWERS = new Int32Array(KEY_LENGTH_MAX + 1);
POWERS[0] = 1;
for (let at = 1; at <= KEY_LENGTH_MAX; at++) POWERS[at] = Math.imul(POWERS[at - 1]!, MULTIPLIER);

/**
 * A key taken apart in one pass, without making a string: its letters and digits, folded to small letters
 * without marks, and where its words and parts begin. `user.email`, `user_email`, `User-Email` and `userEmail`
 * all have the letters `useremail` and the words `user`, `email`; `clientIPAddress` has three.
 *
 * Little words between others (`date_of_birth`, `numero_de_telefono`) are left out. Holds one key at a time.
 */
export class KeyText {
  readonly letters = new Uint16Array(KEY_LENGTH_MAX);
  /** How many of the letters there are. */
  length = 0;
  /** How many words there are; they tile the letters, word `i` being `[wordStarts[i], wordStarts[i + 1])`. */
  words = 0;
  readonly wordStarts = new Int32Array(KEY_LENGTH_MAX + 1);
  /** For each word the first one of its part; parts end at dots, slashes and brackets. */
  readonly partStarts = new Int32Array(KEY_LENGTH_MAX);
  /** How many dots there are, where in the key each stands, and how many letters stand before it. */
  dots = 0;
  readonly dotAt = new Int32Array(KEY_LENGTH_MAX);
  readonly dotLetters = new Int32Array(KEY_LENGTH_MAX);
  /** Hash of the letters before each. */
  readonly #hashes = new Int32Array(KEY_LENGTH_MAX + 1);
  #partStart = 0;

  /** Takes a key of at most {@link KEY_LENGTH_MAX} units apart. */
  read(key: string): void {
    this.length = this.words = this.dots = this.#partStart = 0;
    let before = SEPARATOR;
    for (let at = 0; at < key.length; at++) {
      let code = key.charCodeAt(at);
      let kind: number;
      if (code < TABLE_SIZE) {
        kind = KIND[code]!;
        code = FOLDED[code]!;
      } else kind = isMark(code) ? IGNORED : SMALL;
      if (kind === SEPARATOR) this.#separate(code, at);
      else if (kind !== IGNORED) {
        if (before === SEPARATOR || (kind === CAPITAL && (before !== CAPITAL || turnsSmall(key, at)))) {
          this.#startWord();
        }
        this.letters[this.length] = code;
        this.#hashes[this.length + 1] = Math.imul(this.#hashes[this.length]!, MULTIPLIER) + code;
        this.length++;
      }
      if (kind !== IGNORED) before = kind;
    }
    this.wordStarts[this.words] = this.length;
  }

  /** Hash of the letters in `[start, end)`. */
  hash(start: number, end: number): number {
    return (this.#hashes[end]! - Math.imul(this.#hashes[start]!, POWERS[end - start]!)) | 0;
  }

  /** Whether the letters in `[start, end)` are those of `text`. */
  reads(start: number, end: number, text: string): boolean {
    if (text.length !== end - start) return false;
    for (let at = start; at < end; at++) if (this.letters[at] !== text.charCodeAt(at - start)) return false;
    return true;
  }

  #separate(code: number, at: number): void {
    if (code === DOT) {
      this.dotAt[this.dots] = at;
      this.dotLetters[this.dots++] = this.length;
    }
    if (endsPart(code)) this.#partStart = this.words;
  }

  #startWord(): void {
    const last = this.words - 1;
    if (last > this.#partStart && this.#isLittle(this.wordStarts[last]!)) {
      this.words = last;
      this.length = this.wordStarts[last]!;
    }
    this.partStarts[this.words] = this.#partStart;
    this.wordStarts[this.words++] = this.length;
  }

  /** Whether the last word, from `start` on, only joins others: `of`, `de`, `der`. */
  #isLittle(start: number): boolean {
    const size = this.length - start;
    if (size !== 2 && size !== 3) return false;
    return LITTLE_HASHES.has(this.hash(start, this.length));
  }
}

/** Of English, German, French, Spanish and Portuguese. Three letters at most: no two have the same hash. */
const LITTLE_WORDS = [
  "da",
  "das",
  "de",
  "del",
  "der",
  "des",
  "die",
  "do",
  "du",
  "la",
  "las",
  "le",
  "los",
  "of",
];
const LITTLE_HASHES: ReadonlySet<number> = new Set(
  LITTLE_WORDS.map((word) =>
    [...word].reduce((hash, letter) => (Math.imul(hash, MULTIPLIER) + letter.charCodeAt(0)) | 0, 0),
  ),
);

function endsPart(code: number): boolean {
  return code === DOT || code === 0x2f || code === 0x5b || code === 0x3a;
}

/** Whether a capital after a capital begins a word: `IPAddress`, but not the plural `IPs`. */
function turnsSmall(key: string, at: number): boolean {
  if (!isSmall(key.charCodeAt(at + 1))) return false;
  return key.charCodeAt(at + 1) !== SMALL_S || isSmall(key.charCodeAt(at + 2));
}

function isSmall(code: number): boolean {
  return code < TABLE_SIZE && KIND[code] === SMALL;
}

/** Combining marks: an accent may stand behind its letter. */
function isMark(code: number): boolean {
  return code >= 0x300 && code <= 0x36f;
}
