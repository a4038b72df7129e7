import fc from "fast-check";
import { expect, test } from "vitest";
import { Pseudonyms } from "./pseudonym.ts";

const of = (fill: number, version = 3) => new Pseudonyms({ version, secret: Buffer.alloc(32, fill) });
const pseudonyms = of(7);
const token = pseudonyms.token(Buffer.from("jane@shop.example"), "email", "direct_identifier");

test("a token names what it stands for and the key's version, in letters that say nothing", () => {
  expect(token).toMatch(/^email:v3:[bcdfghjklmnpqrst]{38}$/);
});

test("equal values get equal tokens, under one key, version and class only", () => {
  const value = Buffer.from("jane@shop.example");
  expect(pseudonyms.token(value, "email", "direct_identifier")).toBe(token);
  expect(pseudonyms.token(Buffer.from("joan@shop.example"), "email", "direct_identifier")).not.toBe(token);
  expect(pseudonyms.token(value, "email", "credential")).not.toBe(token);
  expect(of(8).token(value, "email", "direct_identifier")).not.toBe(token);
  expect(of(7, 4).token(value, "email", "direct_identifier").slice(9)).not.toBe(token.slice(9));
});

test("only what a holder of the key wrote verifies", () => {
  expect(pseudonyms.verifies(token)).toBe(true);
  expect(of(8).verifies(token)).toBe(false);
  for (let at = 0; at < token.length; at++) {
    const forged = `${token.slice(0, at)}${token[at] === "b" ? "c" : "b"}${token.slice(at + 1)}`;
    expect(pseudonyms.verifies(forged), `a change at ${at}`).toBe(false);
  }
  for (let length = 0; length < token.length; length++)
    expect(pseudonyms.verifies(token.slice(0, length))).toBe(false);
});

test("any text: what is found in it are tokens that verify", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constant(token), fc.constant(token.slice(1)))), (parts) => {
      const text = parts.join(" ");
      for (const [start, end] of pseudonyms.find(text))
        expect(pseudonyms.verifies(text.slice(start, end))).toBe(true);
    }),
  );
  expect(pseudonyms.find(`a ${token} b`)).toEqual([[2, 2 + token.length]]);
});
