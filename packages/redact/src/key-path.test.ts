import { expect, test } from "vitest";
import { KeyPath } from "./key-path.ts";

const append = (path: KeyPath, prefix: number, key: string) =>
  path.append(prefix, Buffer.from(key), 0, key.length);
const read = (path: KeyPath, length: number) => path.bytes.toString("latin1", 0, length);

test("keys inside one another make a path, siblings take each other's place", () => {
  const path = new KeyPath();
  const user = path.enter(append(path, 0, "user"));
  expect(read(path, append(path, user, "name"))).toBe("user.name");
  const address = path.enter(append(path, user, "address"));
  expect(read(path, append(path, address, "city"))).toBe("user.address.city");
  expect(read(path, append(path, user, "id"))).toBe("user.id");
});

test("what stands under no key, or under an empty one, begins the path", () => {
  const path = new KeyPath();
  expect(path.enter(0)).toBe(0);
  expect(read(path, append(path, path.enter(append(path, 0, "")), "name"))).toBe("name");
});

test("a key longer than the buffer fits, and keeps what stands before it", () => {
  const path = new KeyPath();
  const user = path.enter(append(path, 0, "user"));
  const key = "k".repeat(100_000);
  expect(read(path, append(path, user, key))).toBe(`user.${key}`);
});

test("of a long path only its beginning stands before the keys inside", () => {
  const path = new KeyPath();
  const inside = path.enter(append(path, 0, "k".repeat(100_000)));
  expect(inside).toBeLessThan(1024);
  expect(read(path, append(path, inside, "name"))).toMatch(/^k+\.name$/);
  expect(path.enter(append(path, inside, "n".repeat(1000)))).toBe(inside);
});
