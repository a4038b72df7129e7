import type { Decision } from "@scrim/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CleanTexts } from "./clean-texts.ts";
import { KeyEntry } from "./key-entry.ts";

const SCAN: Decision = {
  action: { kind: "scan" },
  class: "content",
  text: "plain",
  onNonString: "drop",
  origin: { kind: "unknown", layer: "" },
};
const entries = [new KeyEntry("a", SCAN), new KeyEntry("b", SCAN)] as const;

test("a text is known once it was added, under its own key alone", () => {
  const clean = new CleanTexts();
  const bytes = Buffer.from("-- Mozilla/5.0 --");
  expect(clean.has(bytes, 3, 14, entries[0])).toBe(false);
  clean.add(bytes, 3, 14, entries[0]);
  expect(clean.has(bytes, 3, 14, entries[0])).toBe(true);
  expect(clean.has(Buffer.from("Mozilla/5.0"), 0, 11, entries[0])).toBe(true);
  expect(clean.has(bytes, 3, 14, entries[1])).toBe(false);
  expect(clean.has(bytes, 3, 13, entries[0])).toBe(false);
});

test("a text too long to be remembered is not, nor is another one in its place", () => {
  const clean = new CleanTexts();
  const long = Buffer.alloc(257, "x");
  clean.has(Buffer.from("short"), 0, 5, entries[0]);
  expect(clean.has(long, 0, 257, entries[0])).toBe(false);
  clean.add(long, 0, 257, entries[0]);
  expect(clean.has(long, 0, 257, entries[0])).toBe(false);
  expect(clean.has(Buffer.from("short"), 0, 5, entries[0])).toBe(false);
});

test("whatever was added before, a text is known only if it was added itself", () => {
  const texts = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.constantFrom(...entries), fc.boolean()), {
    minLength: 50,
    maxLength: 400,
  });
  fc.assert(
    fc.property(texts, (steps) => {
      const clean = new CleanTexts();
      const added = new Set<string>();
      for (const [text, entry, isClean] of steps) {
        const bytes = Buffer.from(text);
        const name = `${entry.path} ${text}`;
        if (clean.has(bytes, 0, bytes.length, entry)) expect(added).toContain(name);
        else if (isClean) {
          clean.add(bytes, 0, bytes.length, entry);
          added.add(name);
          expect(clean.has(bytes, 0, bytes.length, entry)).toBe(true);
        }
      }
    }),
  );
});
