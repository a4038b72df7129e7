import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTile, parseTilePath, TILE_LEVELS_MAX, type Tile, tilePath, tilesOf } from "./tile.ts";

test.each<[name: string, tile: Tile, path: string]>([
  ["the first", { level: 0, index: 0, width: 256 }, "tile/0/000"],
  ["the specification's", { level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"],
  ["a thousand", { level: 1, index: 1_000, width: 256 }, "tile/1/x001/000"],
  ["a partial one", { level: 2, index: 5, width: 255 }, "tile/2/005.p/255"],
  ["of entries", { level: "entries", index: 42, width: 1 }, "tile/entries/042.p/1"],
])("the path of %s", (_, tile, path) => {
  expect(tilePath(tile)).toBe(path);
  expect(parseTilePath(path)).toEqual(tile);
});

test.each([
  ["leading zeroes in the level", "tile/00/000"],
  ["a level beyond the last", "tile/7/000"],
  ["too few digits", "tile/0/00"],
  ["an x before the last part", "tile/0/x000"],
  ["a part without x", "tile/0/001/000"],
  ["needless parts", "tile/0/x000/001"],
  ["no width", "tile/0/000.p/0"],
  ["a width with leading zeroes", "tile/0/000.p/01"],
  ["a partial tile that is full", "tile/0/000.p/256"],
  ["an index past all sizes", "tile/0/x999/x999/x999/x999/x999/999"],
  ["another name", "tile/entry/000"],
  ["a way out", "tile/entries/../000"],
  ["something behind", "tile/0/000\n"],
])("%s is no path of a tile", (_, path) => {
  expect(parseTilePath(path)).toBeUndefined();
});

test("a path and its tile go both ways, and any text is one or none", () => {
  const tile = fc.record({
    level: fc.oneof(fc.constant<"entries">("entries"), fc.nat(TILE_LEVELS_MAX - 1)),
    index: fc.nat(2 ** 40),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tile, (each) => {
      expect(parseTilePath(tilePath(each))).toEqual(each);
    }),
  );
  const text = fc.stringMatching(/^tile\/[0-9ex]{0,3}\/[x0-9/.p]{0,12}$/);
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (path) => {
      const parsed = parseTilePath(path);
      if (parsed !== undefined) expect(tilePath(parsed)).toBe(path);
    }),
  );
});

test("a tile has exactly the hashes of its width", () => {
  expect(parseTile(Buffer.alloc(64), 2)).toHaveLength(2);
  for (const length of [0, 32, 63, 65, 96]) expect(parseTile(Buffer.alloc(length), 2)).toBeUndefined();
});

test("tiles are counted as in the specification's example", () => {
  expect([0, 1, 2, 3].map((level) => tilesOf(70_000, level))).toEqual([
    { full: 273, partial: 112 },
    { full: 1, partial: 17 },
    { full: 0, partial: 1 },
    { full: 0, partial: 0 },
  ]);
  expect(tilesOf(256, 0)).toEqual({ full: 1, partial: 0 });
  expect(tilesOf(256, 1)).toEqual({ full: 0, partial: 1 });
});
