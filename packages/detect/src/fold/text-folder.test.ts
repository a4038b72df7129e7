import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import RE2 from "re2";
import { expect, test } from "vitest";
import { unionOf } from "../scanner.ts";
import { CHARACTER_ATOMS } from "./characters.ts";
import { ESCAPE_ATOMS } from "./escapes.ts";
import { foldText } from "./fold-text.ts";
import { TextFolder } from "./text-folder.ts";

const EVERYTHING = { characters: true, percent: true, base64: true };
const folder = new TextFolder();

function fold(text: string): string {
  const bytes = Buffer.from(text);
  return folder.fold(bytes, EVERYTHING) ? folder.bytes.toString() : text;
}

/** Characters from U+0080 on; lone surrogates are none. */
function* characters(): Generator<readonly [character: string, code: number]> {
  for (let code = 0x80; code <= 0xe0fff; code++) {
    if (code === 0x2_0000) code = 0xe_0000; // ideographs, and nothing
    if (code < 0xd800 || code > 0xdfff) yield [String.fromCodePoint(code), code];
  }
}

test("every decimal digit of every script folds to its ASCII digit", () => {
  for (const [character] of characters()) {
    if (/\p{Nd}/u.test(character)) expect(fold(`a${character}`), character).toMatch(/^a[0-9]$/);
  }
});

test("what folds to printable signs but spaces, dashes, dots and slashes, folds as NFKC does", () => {
  for (const [character] of characters()) {
    const form = character.normalize("NFKC");
    const folded = fold(character);
    const hasForm = /^[!-~]+$/.test(form);
    if (hasForm && folded !== character) expect(folded, character).toBe(form);
  }
});

test("characters that can't be seen and spaces of every kind are folded", () => {
  for (const [character] of characters()) {
    const isAssigned = !/\p{Cn}/u.test(character);
    if (/\p{Default_Ignorable_Code_Point}/u.test(character) && isAssigned)
      expect(fold(`a${character}b`)).toBe("ab");
    if (/\p{Zs}/u.test(character)) expect(fold(`1${character}2`)).toBe("1 2");
  }
});

test("a character that folds fires an atom between letters or digits, but for quiet punctuation", () => {
  const atoms = new RE2(unionOf(CHARACTER_ATOMS));
  const quiet: string[] = [];
  for (const [character] of characters()) {
    const isFolded = fold(`a${character}a`) !== `a${character}a`;
    if (isFolded && !atoms.test(`a${character}a`) && !atoms.test(`1${character}1`)) quiet.push(character);
  }
  expect(quiet.map(fold).join("")).toBe("!\"#$%&'()*,;<>?[\\]^`{|}~");
});

const ESCAPES: readonly (readonly [name: string, text: string, folded: string])[] = [
  ["four digits", "\\u0041\\u00e9\\uff21", "AéA"],
  ["a pair", "\\ud83d\\ude00", "😀"],
  ["half a pair", "\\ud83d \\ude00", "\\ud83d \\ude00"],
  ["braces", "\\u{41}\\u{1F600}\\u{110000}\\u{41", "A😀\\u{110000}\\u{41"],
  ["backslashes in front", "\\\\u0041\\\\\\\\u0041", "AA"],
  ["too many backslashes", `${"\\".repeat(9)}u0041`, `${"\\".repeat(9)}u0041`],
  ["hexadecimal", "\\x41\\x4\\xc3\\xa9\\xc3\\xc3", "A\\x4é\\xc3\\xc3"],
  ["percent", "%41%4%c3%A9%C3%28%00%0a", "A%4é%C3(\n"],
  [
    "UTF-8 that is overlong or a surrogate",
    "%C0%80%E0%80%80%ED%A0%80%F5%80%80%80",
    "%C0%80%E0%80%80%ED%A0%80%F5%80%80%80",
  ],
  ["once only", "%2541 &amp;#65; \\u005cu0041", "%41 &#65; \\u0041"],
  ["references", "&#65;&#x41;&#X41;&#65 &#;&#x;&commat;&COMMAT;&nope;", "AAAA &#;&#x;@&COMMAT;&nope;"],
  ["references past the last character", "&#1114112;&#x110000;&#9999999;", "&#1114112;&#x110000;&#9999999;"],
  ["nothing", "100% \\ & \\u \\x %", "100% \\ & \\u \\x %"],
];

test.each(ESCAPES)("escapes: %s", (_, text, folded) => {
  expect(fold(text)).toBe(folded);
});

test("any escape of a character fires an atom, and reads as the character", () => {
  const atoms = new RE2(unionOf(ESCAPE_ATOMS));
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");
  const anyCharacter = fc
    .integer({ min: 0x20, max: 0x10_ffff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCodePoint(code).toWellFormed());
  fc.assert(
    fc.property(anyCharacter, (character) => {
      const code = character.codePointAt(0)!;
      const bytes = Array.from(Buffer.from(character), (byte) => hex(byte, 2));
      const units = Array.from({ length: character.length }, (_, i) => hex(character.charCodeAt(i), 4));
      for (const written of [
        units.map((unit) => `\\u${unit}`).join(""),
        `\\u{${hex(code, 1)}}`,
        bytes.map((byte) => `%${byte}`).join(""),
        bytes.map((byte) => `\\x${byte}`).join(""),
        `&#${code};`,
        `&#x${hex(code, 1)};`,
      ]) {
        expect(atoms.test(written), written).toBe(true);
        expect(fold(`(${written})`), written).toBe(fold(`(${character})`));
      }
    }),
  );
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }).map(Buffer.from),
  fc.uint8Array({ maxLength: 60 }).map(Buffer.from),
  fc
    .array(
      fc.constantFrom(
        ...[
          "a",
          "Z",
          "1",
          "@",
          " ",
          "\\",
          "%",
          "&",
          "#",
          ";",
          "u",
          "x",
          "0041",
          "41",
          "c3",
          "a9",
          "{",
          "}",
          "commat",
        ],
        ...["é", "＠", "１", "\u200b", "\ufe0f", "\u00a0", "а", "Α", "ﬃ", "𝟜", "😀", "\u{e0041}"],
        ...["amFuZUBzaG9wLmV4YW1wbGU=", "4bf92f3577b34da6a3ce929d0e0e4736", "/", "-", "_", "+", "="],
      ),
    )
    .map((pieces) => Buffer.from(pieces.join(""))),
);

test("any text: folding never throws or lengthens, keeps UTF-8 valid, and maps every byte, in order", () => {
  fc.assert(
    fc.property(anyText, fc.boolean(), fc.boolean(), fc.boolean(), (text, characters, percent, base64) => {
      if (!folder.fold(text, { characters, percent, base64 })) return;
      const { bytes, map } = folder;
      expect(bytes.length).toBeLessThanOrEqual(text.length);
      if (isUtf8(text)) expect(isUtf8(bytes)).toBe(true);
      let last = [-1, 0] as readonly [number, number];
      for (let at = 0; at < bytes.length; at++) {
        const [from, to] = map.toOriginal(at, at + 1);
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(text.length);
        expect(from === last[0] ? to === last[1] : from >= last[1]).toBe(true);
        if (to - from === 1) expect(bytes[at]).toBe(text[from]);
        last = [from, to];
      }
    }),
    { numRuns: 2000 },
  );
});

const ALPHABETS = [
  "abcxyzABC019äöüßéñøłż",
  "абвгд",
  "αβγδ",
  "日本語かなカナ、",
  "한국어",
  "😀🚀✅",
  ".,:;=@\"'<>()[]{}",
];

test("any words of one script each stay as they are", () => {
  const word = fc.oneof(...ALPHABETS.map((letters) => fc.string({ unit: fc.constantFrom(...letters) })));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(folder.fold(Buffer.from(words.join(" ")), EVERYTHING)).toBe(false);
    }),
  );
});

test("a short text that reads as it is written is not folded", () => {
  expect(foldText(Buffer.from("user.email"))).toBeUndefined();
  expect(foldText(Buffer.from("größe"))).toBeUndefined();
  const folded = foldText(Buffer.from("ｕser.e\u00admail"))!;
  expect(folded.bytes.toString()).toBe("user.email");
  expect(folded.toOriginal(0, 4)).toEqual([0, 6]);
});
