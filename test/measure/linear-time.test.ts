import { expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "./linear-time.ts";

test("linear work measures as such", () => {
  const prepare = (size: number) => {
    const text = Buffer.alloc(size, "a");
    return () => {
      for (let at = 0; at < text.length; at++) if (text[at] === 0) throw new Error("unreachable");
    };
  };
  expect(exponentOf(prepare, 4_000_000)).toBeLessThan(EXPONENT_MAX);
});

test("quadratic work is rejected", () => {
  const prepare = (size: number) => {
    const text = Buffer.alloc(size, "a");
    return () => {
      for (let from = 0; from < text.length; from++)
        for (let at = from; at < text.length; at++) if (text[at] === 0) throw new Error("unreachable");
    };
  };
  expect(exponentOf(prepare, 16_000)).toBeGreaterThan(EXPONENT_MAX);
});
