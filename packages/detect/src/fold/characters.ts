/**
 * Which characters read like ASCII and are not: what they stand for, and which of them give a text away. Made from the Unicode
 * Character Database. Listed rather than asked of the runtime, whose Unicode version must not change what is found.
 */

type Range = readonly [from: number, to: number];

/** Zeros of the decimal digits (general category Nd) outside of ASCII; nine more follow each. */
const ZEROS: readonly number[] = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
  0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
  0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40,
  0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730,
  0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50,
  0x16d70, 0x1ccf0, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/** Ones of the circled digits among the dingbats, which have no decomposition. */
const CIRCLED_ONES: readonly number[] = [0x2776, 0x2780, 0x278a];

/** Compatibility forms (NFKC) that hardly occur but in place of ASCII; some of their blocks' characters are of no concern. */
const COMPATIBILITY: readonly Range[] = [
  [0x2070, 0x209c], // superscripts and subscripts
  [0x2102, 0x2102],
  [0x210a, 0x2115], // letter-like symbols, without the numero, trade mark and degree signs
  [0x2119, 0x211d],
  [0x2124, 0x2124],
  [0x2128, 0x2139],
  [0x2145, 0x2149],
  [0x2160, 0x217f], // Roman numerals
  [0x2460, 0x24ff], // enclosed
  [0x2776, 0x2793], // circled dingbats
  [0xfb00, 0xfb06], // ligatures
  [0xfe50, 0xfe6b], // small forms
  [0xff0d, 0xff0e], // full-width
  [0xff10, 0xff19],
  [0xff20, 0xff3a],
  [0xff3f, 0xff3f],
  [0xff41, 0xff5a],
  [0x1d400, 0x1d7ff], // mathematical
  [0x1f100, 0x1f149], // enclosed, supplement
];

/** Punctuation that other scripts use as well, and that tells something only behind a letter or digit of ASCII. */
const PUNCTUATION: readonly Range[] = [
  [0x2024, 0x2024], // one dot leader
  [0x2044, 0x2044], // fraction slash
  [0x2215, 0x2215], // division slash
  [0x3002, 0x3002], // ideographic full stop, a dot in domain names (UTS 46)
  [0xff0b, 0xff0b], // plus
  [0xff0f, 0xff0f], // solidus
  [0xff1a, 0xff1a], // colon
  [0xff1d, 0xff1d], // equals
  [0xff61, 0xff61],
];

/** Full-width forms. Those not named above tell nothing: Chinese and Japanese text is full of them. */
const FULL_WIDTH: readonly Range[] = [[0xff01, 0xff5e]];

/** Hyphens and raised digits: they tell something only behind a digit. */
const HYPHENS: readonly Range[] = [
  [0x2010, 0x2015],
  [0x2212, 0x2212],
];
const RAISED: readonly Range[] = [
  [0xb2, 0xb3],
  [0xb9, 0xb9],
];

/** Spaces (Zs), between letters or digits of ASCII. */
const SPACES: readonly Range[] = [
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/** Default-ignorable and format characters, and strokes through a character. */
const INVISIBLE: readonly Range[] = [
  [0xad, 0xad], // soft hyphen
  [0x0332, 0x0338], // low lines, overlaid strokes
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200b], // zero-width space
  [0x200e, 0x200f], // marks of direction
  [0x202a, 0x202e], // embeddings
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff], // tags, variation selectors
];

/** Those that emoji and many scripts can't do without. They tell something next to a letter or digit of ASCII. */
const JOINERS: readonly Range[] = [
  [0x200c, 0x200d],
  [0x20dd, 0x20e3], // enclosing marks
  [0xfe00, 0xfe0f], // variation selectors
];

/** Cyrillic and Greek letters with the shape of an ASCII one. They count in words that have ASCII letters as well. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{
    а: "a",
    в: "b",
    с: "c",
    ԁ: "d",
    е: "e",
    һ: "h",
    і: "i",
    ј: "j",
    к: "k",
    ӏ: "l",
    о: "o",
    р: "p",
    ԛ: "q",
  },
  ...{ ѕ: "s", у: "y", х: "x", ԝ: "w", α: "a", ι: "i", ν: "v", ο: "o", ρ: "p", υ: "u", ϲ: "c", ϳ: "j" },
  ...{
    А: "A",
    В: "B",
    С: "C",
    Е: "E",
    Н: "H",
    І: "I",
    Ј: "J",
    К: "K",
    М: "M",
    О: "O",
    Р: "P",
    Ԛ: "Q",
    Ѕ: "S",
  },
  ...{
    Т: "T",
    Ү: "Y",
    У: "Y",
    Х: "X",
    Ԝ: "W",
    Α: "A",
    Β: "B",
    Ε: "E",
    Ζ: "Z",
    Η: "H",
    Ι: "I",
    Κ: "K",
    Μ: "M",
  },
  ...{ Ν: "N", Ο: "O", Ρ: "P", Τ: "T", Υ: "Y", Χ: "X" },
};

/** What {@link foldOf} says of characters that stay. */
export const STAYS = 0;
/** Of those that vanish. */
export const VANISHES = 1;
/** Of those that stand for several characters, {@link severalOf}. */
export const SEVERAL = 0xff;
/** Set in what is said of look-alikes; the ASCII letter is the rest. */
export const LOOK_ALIKE = 0x80;

const TABLE_SIZE = 0x2_0000;
const folds = new Uint8Array(TABLE_SIZE);
const several = new Map<number, string>();
fillTable();

/** What a character folds to: an ASCII code, one of the constants above, or a letter with {@link LOOK_ALIKE} set. */
export function foldOf(codePoint: number): number {
  if (codePoint < TABLE_SIZE) return folds[codePoint]!;
  return codePoint >= 0xe0000 && codePoint <= 0xe0fff ? VANISHES : STAYS;
}

export function severalOf(codePoint: number): string {
  return several.get(codePoint)!;
}

function fillTable(): void {
  for (const ranges of [COMPATIBILITY, PUNCTUATION, FULL_WIDTH, RAISED]) each(ranges, foldCompatibility);
  for (const zero of ZEROS) for (let digit = 0; digit < 10; digit++) folds[zero + digit] = 0x30 + digit;
  for (const one of CIRCLED_ONES)
    for (let digit = 1; digit < 10; digit++) folds[one + digit - 1] = 0x30 + digit;
  folds[0x3002] = folds[0xff61] = 0x2e;
  folds[0x2044] = folds[0x2215] = 0x2f;
  each(HYPHENS, (code) => (folds[code] = 0x2d));
  each(SPACES, (code) => (folds[code] = 0x20));
  for (const ranges of [INVISIBLE, JOINERS]) each(ranges, (code) => (folds[code] = VANISHES));
  for (const [letter, ascii] of Object.entries(LOOK_ALIKES))
    folds[letter.codePointAt(0)!] = LOOK_ALIKE | ascii.charCodeAt(0);
}

/** A form may not get longer, so that a folded text fits where the text did. */
function foldCompatibility(code: number): void {
  const character = String.fromCodePoint(code);
  const form = character.normalize("NFKC");
  if (!/^[!-~]+$/.test(form) || form.length > Buffer.byteLength(character)) return;
  folds[code] = form.length === 1 ? form.charCodeAt(0) : SEVERAL;
  if (form.length > 1) several.set(code, form);
}

function each(ranges: readonly Range[], visit: (code: number) => void): void {
  for (const [from, to] of ranges) for (let code = from; code <= to && code < TABLE_SIZE; code++) visit(code);
}

/**
 * Expressions of which one matches wherever folding characters can show a detector something new. They run with the atoms
 * of all detectors over every byte, so they pass by what ordinary text has: umlauts, kana, emoji, full-width
 * commas, spaces before a colon.
 */
export const CHARACTER_ATOMS: readonly string[] = [
  `[${rangesOf(COMPATIBILITY)}${rangesOf(INVISIBLE)}${rangesOf(ZEROS.map((zero) => [zero, zero + 9]))}]`,
  `[0-9A-Za-z][${rangesOf(PUNCTUATION)}${rangesOf(JOINERS)}]`,
  `[${rangesOf(JOINERS)}][0-9A-Za-z]`,
  `[0-9][${rangesOf(HYPHENS)}${rangesOf(RAISED)}]`,
  `[0-9A-Za-z][${rangesOf(SPACES)}][0-9A-Za-z]`,
  `[A-Za-z][${Object.keys(LOOK_ALIKES).join("")}]`,
  `[${Object.keys(LOOK_ALIKES).join("")}][A-Za-z]`,
];

function rangesOf(ranges: readonly Range[]): string {
  const hex = (code: number) => String.raw`\x{${code.toString(16)}}`;
  return ranges.map(([from, to]) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`)).join("");
}
