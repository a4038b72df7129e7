import fc from "fast-check";
import { expect, test } from "vitest";
import { BoundedMap } from "./bounded-map.ts";

test("any entries: the newest are there, as in a list of them", () => {
  const letter = fc.constantFrom(..."abcdefghij");
  const step = fc.oneof(
    { weight: 20, arbitrary: letter },
    { weight: 5, arbitrary: letter.map((key) => `delete ${key}`) },
    { weight: 1, arbitrary: fc.constant("clear") },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
      const map = new BoundedMap<number>(max);
      let model: [string, number][] = [];
      for (const [n, key] of steps.entries()) {
        const known = model.find(([other]) => other === key);
        if (key === "clear") {
          map.clear();
          model = [];
        } else if (key.startsWith("delete ")) {
          const deleted = key.at(-1)!;
          map.delete(deleted);
          model = model.filter(([other]) => other !== deleted);
        } else {
          map.set(key, n);
          if (known !== undefined) known[1] = n;
          else model = [...model, [key, n] as [string, number]].slice(-max);
        }
        expect(map.size).toBe(model.length);
        for (const letter of "abcdefghij") {
          const value = model.find(([other]) => other === letter)?.[1];
          expect([map.get(letter), map.has(letter)]).toEqual([value, value !== undefined]);
        }
      }
    }),
  );
});
