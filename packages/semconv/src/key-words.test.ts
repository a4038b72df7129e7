import fc from "fast-check";
import { expect, test } from "vitest";
import { wordsOf } from "./key-words.ts";

const SPLIT: readonly [key: string, words: readonly string[]][] = [
  ["", []],
  ["...", []],
  ["email", ["email"]],
  ["user.email", ["user", "email"]],
  ["user_email", ["user", "email"]],
  ["User-Email", ["user", "email"]],
  ["userEmail", ["user", "email"]],
  ["USER_EMAIL", ["user", "email"]],
  ["clientIPAddress", ["client", "ip", "address"]],
  ["OAuthToken", ["o", "auth", "token"]],
  ["address_line_2", ["address", "line", "2"]],
  ["emails[0].value", ["emails", "0", "value"]],
  ["..user...email..", ["user", "email"]],
  ["x-b3-traceid", ["x", "b3", "traceid"]],
  ["straße.größe", ["straße", "größe"]],
];

test.each(SPLIT)("%j splits into its words", (key, words) => {
  expect(wordsOf(key)).toEqual(words);
});

test("any string: the words are its letters and digits in order, in lower case", () => {
  const unit = fc.oneof(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 1 }), fc.constant("é"));
  fc.assert(
    fc.property(fc.string({ unit }), (key) => {
      expect(wordsOf(key).join("")).toBe(key.replace(/[\p{ASCII}--[a-zA-Z0-9]]/gv, "").toLowerCase());
    }),
  );
});
