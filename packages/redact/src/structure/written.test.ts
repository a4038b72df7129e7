import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeJson, quoted, unescapeJson } from "./written.ts";

test("any text: escaped and back, and quoted it is a JSON string", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = Buffer.from(text);
      expect(unescapeJson(escapeJson(bytes))?.equals(bytes)).toBe(true);
      expect(JSON.parse(quoted(bytes).toString())).toBe(text);
    }),
  );
});

test.each([String.raw`\w`, String.raw`\u12`, "a\\", 'a"b', "a\nb"])(
  "%j is no inside of a JSON string",
  (inside) => {
    expect(unescapeJson(Buffer.from(inside))).toBeUndefined();
  },
);

test("half a surrogate pair becomes the replacement character, as UTF-8 has no other way", () => {
  expect(unescapeJson(Buffer.from(String.raw`\ud83d`))?.toString()).toBe("\ufffd");
});
