import fc from "fast-check";
import { expect, test } from "vitest";
import { createRanking } from "./rendezvous.ts";

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 20 });
const key = fc.uint8Array({ minLength: 16, maxLength: 16 });

function chosen(all: readonly string[], traceId: Uint8Array): string {
  const order: number[] = [];
  createRanking(all).rank(traceId, order);
  expect(order.toSorted((a, b) => a - b)).toEqual(all.map((_, at) => at));
  return all[order[0]!]!;
}

test("any backends: a key stays where it is when others come, go or change places", () => {
  const property = fc.property(names, key, fc.nat(), (all, traceId, nth) => {
    const first = chosen(all, traceId);
    expect(chosen(all.toReversed(), traceId)).toBe(first);
    const gone = all[nth % all.length]!;
    if (gone !== first)
      expect(
        chosen(
          all.filter((name) => name !== gone),
          traceId,
        ),
      ).toBe(first);
  });
  fc.assert(property, { numRuns: 300 });
});

test.each([
  [
    "random",
    (n: number) => Buffer.from(Array.from({ length: 16 }, (_, at) => (n * 7919 * (at + 1)) >>> (at % 8))),
  ],
  ["counted", (n: number) => Buffer.from(n.toString(16).padStart(32, "0"), "hex")],
])("keys that are %s are spread evenly", (_, keyOf) => {
  const all = ["http://a:4318", "http://b:4318", "http://c:4318", "http://d:4318"];
  const counts = new Map<string, number>();
  for (let n = 0; n < 4_000; n++) {
    const name = chosen(all, keyOf(n));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const name of all) expect(counts.get(name) ?? 0).toBeGreaterThan(750);
});
