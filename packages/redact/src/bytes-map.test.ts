import fc from "fast-check";
import { expect, test } from "vitest";
import { BytesMap } from "./bytes-map.ts";

function lookup<Value>(map: BytesMap<Value>, name: string, make: () => Value): Value {
  const bytes = Buffer.from(`..${name}..`);
  const end = bytes.length - 2;
  const known = map.get(bytes, 2, end);
  if (known !== undefined) return known;
  const value = make();
  map.add(bytes, 2, end, value);
  return value;
}

test("any names, in any order and repeated: a value is that of its name", () => {
  const names = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: "grapheme" })), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(names, (all) => {
      const map = new BytesMap<string>();
      for (const name of [...all, ...all]) expect(lookup(map, name, () => name)).toBe(name);
    }),
  );
});

test("a name is known again in another buffer, also after the map grew", () => {
  const map = new BytesMap<object>();
  const names = Array.from({ length: 4000 }, (_, n) => `key.${n}`);
  const made = names.map((name) => lookup(map, name, () => ({})));
  const missed = names.filter((name, i) => lookup(map, name, () => ({})) !== made[i]);
  expect(missed.length).toBeLessThan(5); // some may find every slot taken
});

test.each<[what: string, names: readonly string[]]>([
  ["more names than are kept", Array.from({ length: 40_000 }, (_, n) => `k${n}`)],
  ["names whose bytes fill the map", Array.from({ length: 3000 }, (_, n) => `${n}`.padEnd(1000, "k"))],
  ["names too long to be kept", Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(5000, "k"))],
])("%s: each gets its own value, and the map goes on", (_, names) => {
  const map = new BytesMap<string>();
  for (const name of names) expect(lookup(map, name, () => name)).toBe(name);
  const kept = {};
  const after = new BytesMap<object>();
  for (const name of names) lookup(after, name, () => ({}));
  lookup(after, "order.id", () => kept);
  expect(lookup(after, "order.id", () => ({}))).toBe(kept);
});
