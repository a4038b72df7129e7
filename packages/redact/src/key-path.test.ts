import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyPath } from "./key-path.ts";

/** The path of the last of these keys, each in a container under the one before it. */
function pathOf(path: KeyPath, keys: readonly string[]): string {
  let start = 0;
  let end = 0;
  for (const [level, key] of keys.entries()) {
    const prefix = path.enter(level, start, end);
    start = path.startOf(prefix);
    end = path.append(prefix, Buffer.from(key), 0, Buffer.byteLength(key));
  }
  return path.bytes.toString("utf8", start, end);
}

test("keys inside one another make a path", () => {
  expect(pathOf(new KeyPath(), ["user", "address", "city"])).toBe("user.address.city");
});

test("what stands under no key, or under an empty one, begins the path", () => {
  expect(pathOf(new KeyPath(), ["", "name"])).toBe("name");
});

test("siblings follow the same prefix, whatever was below the one before", () => {
  const path = new KeyPath();
  const user = path.enter(1, 0, path.append(0, Buffer.from("user"), 0, 4));
  const read = (key: string) =>
    path.bytes.toString("latin1", path.startOf(user), path.append(user, Buffer.from(key), 0, key.length));
  expect(read("k".repeat(1000))).toMatch(/^user\.k+$/);
  const inside = path.enter(2, path.startOf(user), path.append(user, Buffer.from("a".repeat(1000)), 0, 1000));
  path.append(inside, Buffer.from("b".repeat(1000)), 0, 1000);
  expect(read("id")).toBe("user.id");
});

test.each<[name: string, keys: readonly string[], path: RegExp]>([
  ["one long key", ["k".repeat(100_000), "user", "name"], /^k{96}\.k+\.user\.name$/],
  [
    "many keys",
    [...new Array<string>(30).fill("kubernetes"), "user", "name"],
    /^kubernetes\..*\.user\.name$/,
  ],
])("of a long path both ends stay: %s", (_, keys, expected) => {
  const path = pathOf(new KeyPath(), keys);
  expect(path).toMatch(expected);
  expect(path.length).toBeLessThan(256);
});

test("any keys: the path begins and ends as they do, and is bounded by the last key", () => {
  const key = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom("a".repeat(190), "é".repeat(300)),
  );
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 12 }), fc.constant(new KeyPath()), (keys, path) => {
      const found = pathOf(path, keys);
      const last = keys.at(-1)!;
      expect(found.endsWith(last)).toBe(true);
      expect(Buffer.byteLength(found)).toBeLessThanOrEqual(3 * 256 + Buffer.byteLength(last));
      const whole = keys.join(".");
      if (Buffer.byteLength(whole) <= 192) expect(found).toBe(whole);
    }),
  );
});
