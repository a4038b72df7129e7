import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyText } from "./key-text.ts";

const SPLIT: readonly [key: string, words: readonly string[]][] = [
  ["", []],
  ["...", []],
  ["email", ["email"]],
  ["user.email", ["user", "email"]],
  ["user_email", ["user", "email"]],
  ["User-Email", ["user", "email"]],
  ["userEmail", ["user", "email"]],
  ["USER_EMAIL", ["user", "email"]],
  ["user email", ["user", "email"]],
  ["clientIPAddress", ["client", "ip", "address"]],
  ["userIDNumber", ["user", "id", "number"]],
  ["sourceIPs", ["source", "ips"]],
  ["sourceIPsSeen", ["source", "ips", "seen"]],
  ["sourceIPsec", ["source", "i", "psec"]],
  ["OAuthToken", ["o", "auth", "token"]],
  ["address_line_2", ["address", "line", "2"]],
  ["line2Text", ["line2", "text"]],
  ["emails[0].value", ["emails", "0", "value"]],
  ["..user...email..", ["user", "email"]],
  ["x-b3-traceid", ["x", "b3", "traceid"]],
  ["date_of_birth", ["date", "birth"]],
  ["numéroDeTéléphone", ["numero", "telephone"]],
  ["label.de", ["label", "de"]],
  ["of.birth", ["of", "birth"]],
  ["Straße.Größe", ["straße", "große"]],
  ["pre\u0301nom", ["prenom"]],
];

test.each(SPLIT)("%j splits into its words", (key, words) => {
  expect(wordsOf(key)).toEqual(words);
});

test("parts begin after dots, slashes, colons and brackets", () => {
  const key = read("a.b_c/d:e[f");
  expect([...key.partStarts.subarray(0, key.words)]).toEqual([0, 1, 1, 3, 4, 5]);
});

test("any key: the words tile the letters, and the hash of a range is that of its letters", () => {
  const unit = fc.constantFrom("a", "B", "1", "_", ".", "é", "of", "\u0301", "日");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), fc.nat(40), fc.nat(40), (text, a, b) => {
      const key = read(text);
      expect(wordsOf(text).join("")).toBe(lettersOf(key));
      expect(key.wordStarts[key.words]).toBe(key.length);
      const [start, end] = [Math.min(a, b, key.length), Math.min(Math.max(a, b), key.length)];
      const range = lettersOf(key).slice(start, end);
      expect(key.reads(start, end, range)).toBe(true);
      const alone = read(range.replaceAll(/./gu, (letter) => letter));
      if (alone.length === range.length) expect(key.hash(start, end)).toBe(alone.hash(0, alone.length));
    }),
  );
});

function read(text: string): KeyText {
  const key = new KeyText();
  key.read(text);
  return key;
}

function lettersOf(key: KeyText): string {
  return String.fromCharCode(...key.letters.subarray(0, key.length));
}

function wordsOf(text: string): string[] {
  const key = read(text);
  return Array.from({ length: key.words }, (_, word) =>
    lettersOf(key).slice(key.wordStarts[word], key.wordStarts[word + 1]),
  );
}
