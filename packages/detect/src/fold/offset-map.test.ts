import fc from "fast-check";
import { expect, test } from "vitest";
import { OffsetMap } from "./offset-map.ts";

interface Part {
  /** Bytes that stay, in front. */
  readonly plain: number;
  /** Bytes that were rewritten, and how many they became. */
  readonly before: number;
  readonly after: number;
}

const PLAIN_AT_THE_END = 3;

/** The map of a text made of such parts; beside it, for each byte of the rewritten text, what it stands for. */
function mapOf(parts: readonly Part[]) {
  const map = new OffsetMap();
  const stretches: [from: number, to: number][] = [];
  let original = 0;
  const keep = (count: number) => {
    for (let i = 0; i < count; i++) stretches.push([original, ++original]);
  };
  for (const { plain, before, after } of parts) {
    keep(plain);
    const start = stretches.length;
    for (let i = 0; i < after; i++) stretches.push([original, original + before]);
    map.add(start, stretches.length, original, original + before);
    original += before;
  }
  keep(PLAIN_AT_THE_END);
  return { map, stretches, original };
}

const parts = fc.array(
  fc.record<Part>({ plain: fc.nat(3), before: fc.integer({ min: 1, max: 4 }), after: fc.nat(3) }),
  { maxLength: 40 },
);

test("any parts: each byte of the rewritten text leads to the whole part it came from", () => {
  fc.assert(
    fc.property(parts, (rows) => {
      const { map, stretches } = mapOf(rows);
      for (const [i, [from]] of stretches.entries()) {
        for (const [j, [, to]] of stretches.entries())
          if (i <= j) expect(map.toOriginal(i, j + 1)).toEqual([from, to]);
      }
    }),
  );
});

test("any parts: every offset of the original leads to where it went, in order", () => {
  fc.assert(
    fc.property(parts, (rows) => {
      const { map, stretches, original } = mapOf(rows);
      let last = 0;
      for (let offset = 0; offset < original; offset++) {
        const at = map.fromOriginal(offset);
        expect(at).toBeGreaterThanOrEqual(last);
        const holds = stretches.findIndex(([from, to]) => from <= offset && offset < to);
        if (holds >= 0) expect(at).toBe(holds);
        last = at;
      }
    }),
  );
});

test("a cleared map changes nothing", () => {
  const { map } = mapOf([{ plain: 1, before: 3, after: 1 }]);
  map.clear();
  expect(map.toOriginal(0, 5)).toEqual([0, 5]);
  expect(map.fromOriginal(4)).toBe(4);
});
