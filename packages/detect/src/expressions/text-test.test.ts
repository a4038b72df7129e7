import { expect, test } from "vitest";
import { compileTextTest } from "./text-test.ts";

test.each([
  ["a[0-9]", "xa7", true],
  ["^a", "xa", false],
  ["é$", "caf\u00e9", true],
  ["^.$", "😀", true],
  ["a", "", false],
])("%s in %s: %s", (source, text, expected) => {
  const compiled = compileTextTest(source, 100);
  expect("test" in compiled && compiled.test(text)).toBe(expected);
});

test("an expression may be as large as its bound, with counted repeats written out", () => {
  expect(compileTextTest("a{50}", 100)).toMatchObject({ size: 100 });
  expect(compileTextTest("a{51}", 100)).toMatchObject({ hint: "lower the counts of repeats" });
});

test.each([["a*"], ["^$"], ["(a|)"], ["a{0,3}"], ["\\b"]])(
  "%s matches the empty text, and is refused",
  (source) => {
    expect(compileTextTest(source, 100)).toMatchObject({ message: expect.stringContaining("empty text") });
  },
);
