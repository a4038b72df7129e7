import { createHash } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createToken, findToken, isStaticToken, parseTokens } from "./token-file.ts";

const HEX = "ab".repeat(32);

test("a token that was created is found by its line, and by no other", () => {
  const alice = createToken("alice");
  const bob = createToken("bob");
  const known = parseTokens(`# people\n${alice.line}\n\r\n${bob.line}\n`, "tokens");
  expect(findToken(known, alice.token, 0)?.name).toBe("alice");
  expect(findToken(known, bob.token, 0)?.name).toBe("bob");
  expect(findToken(known, createToken("alice").token, 0)).toBeUndefined();
});

test("a line doesn't hold its token, which has 256 bits", () => {
  const { token, line } = createToken("alice");
  expect(token).toMatch(/^scrim_[A-Za-z0-9_-]{43}$/);
  expect(isStaticToken(token)).toBe(true);
  expect(line).toBe(`alice sha256:${createHash("sha256").update(token).digest("hex")}`);
});

test("two tokens of one name hold while one is changed for the other", () => {
  const [old, next] = [createToken("alice"), createToken("alice")];
  const known = parseTokens(`${old.line}\n${next.line}`, "tokens");
  expect([old, next].map(({ token }) => findToken(known, token, 0)?.name)).toEqual(["alice", "alice"]);
});

test("a token ends at the second that its line says", () => {
  const end = Date.parse("2026-12-31T00:00:00Z") / 1_000;
  const { token, line } = createToken("alice", end);
  expect(line).toMatch(/ expires=2026-12-31T00:00:00Z$/);
  const known = parseTokens(line, "tokens");
  expect(findToken(known, token, end - 1)?.expiresAt).toBe(end);
  expect(findToken(known, token, end)).toBeUndefined();
});

test.each([
  ["a token in clear", `alice ${createToken("alice").token}`],
  ["a digest that is too short", `alice sha256:${HEX.slice(2)}`],
  ["a digest in capitals", `alice sha256:${HEX.toUpperCase()}`],
  ["no name", `sha256:${HEX}`],
  ["a name with a capital", `Alice sha256:${HEX}`],
  ["a name that is a path", `../alice sha256:${HEX}`],
  ["an expiry that is no time", `alice sha256:${HEX} expires=tomorrow`],
  ["an expiry without a zone", `alice sha256:${HEX} expires=2026-12-31T00:00:00`],
  ["an expiry of the 45th of a month", `alice sha256:${HEX} expires=2026-12-45T00:00:00Z`],
  ["an empty expiry", `alice sha256:${HEX} expires=`],
  ["a word behind", `alice sha256:${HEX} admin`],
  ["a space at the end", `alice sha256:${HEX} `],
  ["one token twice", `bob sha256:${HEX}\nalice sha256:${HEX}`],
  [
    "too many",
    Array.from({ length: 4_097 }, (_, at) => `a sha256:${at.toString(16).padStart(64, "0")}`).join("\n"),
  ],
])("%s is refused, by its line", (_, text) => {
  const refused = () => parseTokens(`# tokens\n${text}`, "tokens");
  expect(refused).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", path: expect.stringMatching(/^tokens: line \d+$/) }),
  );
  // What is wrong may be a token: it isn't quoted.
  expect(refused).not.toThrow(/scrim_|abab/);
});

test("any text is a file of tokens or refused with a code", () => {
  const part = fc.constantFrom("alice", " ", "sha256:", HEX, "expires=", "2026-12-31T00:00:00Z", "\n", "#");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join("")),
      ),
      (text) => {
        try {
          parseTokens(text, "tokens");
        } catch (error) {
          expect(error).toBeInstanceOf(OperatingError);
        }
      },
    ),
  );
});

test("a name that can't be one makes no token", () => {
  for (const name of ["", "Alice", "a b", "a\nb", "a".repeat(65)])
    expect(() => createToken(name), JSON.stringify(name)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID" }),
    );
});

test("a time that can't be written makes no token", () => {
  for (const end of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1.5, 253_402_300_800])
    expect(() => createToken("alice", end), String(end)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID" }),
    );
});
