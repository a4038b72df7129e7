import fc from "fast-check";
import { expect, test } from "vitest";
import { leafHash, nodeHash } from "./merkle-hash.ts";
import { inclusionProof, isIncluded } from "./merkle-proof.ts";
import { TreeEdge } from "./tree-edge.ts";

const COUNT = 70_000;
const leaves = Array.from({ length: COUNT }, (_, at) => leafHash(Buffer.from(String(at))));

/** All rows of the tree, bottom up. */
const rows: Buffer[][] = [leaves];
while (rows.at(-1)!.length > 1) {
  const below = rows.at(-1)!;
  rows.push(
    Array.from({ length: Math.floor(below.length / 2) }, (_, at) =>
      nodeHash(below[2 * at]!, below[2 * at + 1]!),
    ),
  );
}
const tileHashes = (level: number, index: number, width: number) =>
  rows[8 * level]!.slice(index * 256, index * 256 + width);

test("an edge that grew tells the same root as one that is read from tiles, across all borders of tiles", () => {
  const grown = new TreeEdge();
  for (let size = 0; size <= COUNT; size++) {
    if (size < 600 || size % 256 < 2 || size % 256 === 255 || Math.abs(size - 65_536) < 300) {
      expect(new TreeEdge(size, tileHashes).root()).toEqual(grown.root());
    }
    if (size < COUNT) grown.append(leaves[size]!);
  }
});

test("entries of the last bundle are proved by the edge alone", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: COUNT - 257 }),
      fc.integer({ min: 1, max: 256 }),
      (start, count) => {
        const end = Math.min(start + count, start - (start % 256) + 256);
        const edge = new TreeEdge(start, tileHashes);
        for (let at = start; at < end; at++) edge.append(leaves[at]!);
        for (let at = start; at < end; at++) {
          expect(isIncluded(leaves[at]!, at, end, inclusionProof(at, end, edge.at), edge.root())).toBe(true);
        }
      },
    ),
    {
      numRuns: 40,
      examples: [
        [65_280, 256],
        [65_279, 256],
        [65_536, 1],
        [0, 256],
        [255, 1],
        [256, 1],
      ],
    },
  );
});

test("the last tiles are those of the size", () => {
  const edge = new TreeEdge(COUNT, tileHashes);
  expect([0, 1, 2].map((level) => [edge.tileAt(level)!.index, edge.tileAt(level)!.hashes.length])).toEqual([
    [273, 112],
    [1, 17],
    [0, 1],
  ]); // the example of c2sp.org/tlog-tiles
  expect(edge.tileAt(3)).toBeUndefined();
});
