import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_ROOT, leafHash, nodeHash } from "./merkle-hash.ts";
import {
  consistencyProof,
  inclusionProof,
  isConsistent,
  isIncluded,
  rootOf,
  type SubtreeHash,
} from "./merkle-proof.ts";

const hex = (text: string) => Buffer.from(text, "hex");

/** The leaves and roots that implementations of RFC 6962 are tested with, of the Certificate Transparency project. */
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((text) => leafHash(hex(text)));

const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const INCLUSION: readonly [index: number, size: number, proof: readonly string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    5,
    8,
    [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
  [
    1,
    5,
    [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
];

const CONSISTENCY: readonly [from: number, to: number, proof: readonly string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    6,
    8,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [
    2,
    5,
    [
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
];

/** Subtrees by their definition. */
function subtreesOf(leaves: readonly Buffer[]): SubtreeHash {
  const known = new Map<string, Buffer>();
  const at: SubtreeHash = (level, index) => {
    if (level === 0) return leaves[index]!;
    const key = `${level} ${index}`;
    const hash = known.get(key) ?? nodeHash(at(level - 1, 2 * index), at(level - 1, 2 * index + 1));
    known.set(key, hash);
    return hash;
  };
  return at;
}

/** MTH, PATH and PROOF as RFC 6962 §2.1 defines them. */
const powerBelow = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);
function mth(d: readonly Buffer[]): Buffer {
  if (d.length <= 1) return d[0] ?? EMPTY_ROOT;
  const k = powerBelow(d.length);
  return nodeHash(mth(d.slice(0, k)), mth(d.slice(k)));
}
function path(m: number, d: readonly Buffer[]): Buffer[] {
  if (d.length === 1) return [];
  const k = powerBelow(d.length);
  return m < k
    ? [...path(m, d.slice(0, k)), mth(d.slice(k))]
    : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}
function subproof(m: number, d: readonly Buffer[], isWhole: boolean): Buffer[] {
  if (m === d.length) return isWhole ? [] : [mth(d)];
  const k = powerBelow(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), isWhole), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

const hexOf = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("hex"));
const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(String(at))));

describe("published vectors", () => {
  const at = subtreesOf(LEAVES);

  test.each(ROOTS.entries().toArray())("the root of %i leaves", (size, root) => {
    expect(rootOf(size, at).toString("hex")).toBe(root);
  });

  test.each(INCLUSION)("leaf %i of %i is proved", (index, size, proof) => {
    expect(hexOf(inclusionProof(index, size, at))).toEqual(proof);
    expect(isIncluded(LEAVES[index]!, index, size, proof.map(hex), hex(ROOTS[size]!))).toBe(true);
  });

  test.each(CONSISTENCY)("%i leaves go on to %i", (from, to, proof) => {
    expect(hexOf(consistencyProof(from, to, at))).toEqual(proof);
    expect(isConsistent(from, hex(ROOTS[from]!), to, hex(ROOTS[to]!), proof.map(hex))).toBe(true);
  });
});

test("all proofs of all trees up to 70 leaves are those of the definition, and hold", () => {
  const leaves = leavesOf(70);
  const at = subtreesOf(leaves);
  const roots = Array.from({ length: 71 }, (_, size) => rootOf(size, at));
  for (let size = 0; size <= 70; size++) {
    const d = leaves.slice(0, size);
    expect(roots[size]).toEqual(mth(d));
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(index, size, at);
      expect(hexOf(proof)).toEqual(hexOf(path(index, d)));
      expect(isIncluded(leaves[index]!, index, size, proof, roots[size]!)).toBe(true);
    }
    for (let from = 0; from <= size; from++) {
      const proof = consistencyProof(from, size, at);
      if (from > 0) expect(hexOf(proof)).toEqual(hexOf(subproof(from, d, true)));
      expect(isConsistent(from, roots[from]!, size, roots[size]!, proof)).toBe(true);
    }
  }
});

describe("in larger trees", () => {
  const COUNT = 5_000;
  const leaves = leavesOf(COUNT);
  const at = subtreesOf(leaves);
  const spot = fc
    .integer({ min: 1, max: COUNT })
    .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }));

  test("a proof holds for its leaf, index, size and root, and for no other", () => {
    fc.assert(
      fc.property(spot, fc.nat(), fc.nat(255), ({ size, index }, which, bit) => {
        const proof = inclusionProof(index, size, at);
        const root = rootOf(size, at);
        expect(isIncluded(leaves[index]!, index, size, proof, root)).toBe(true);
        expect(isIncluded(leaves[(index + 1) % COUNT]!, index, size, proof, root)).toBe(false);
        if (index + 1 < size) expect(isIncluded(leaves[index]!, index + 1, size, proof, root)).toBe(false);
        expect(isIncluded(leaves[index]!, index, size, [...proof, root], root)).toBe(false);
        expect(isIncluded(leaves[index]!, size, size, proof, root)).toBe(false);
        if (proof.length === 0) return;
        const changed = proof.map((hash) => Buffer.from(hash));
        changed[which % proof.length]![bit >> 3]! ^= 1 << (bit & 7);
        expect(isIncluded(leaves[index]!, index, size, changed, root)).toBe(false);
        expect(isIncluded(leaves[index]!, index, size, proof.slice(1), root)).toBe(false);
      }),
    );
  });

  test("a proof of consistency holds for its two trees, and for no others", () => {
    fc.assert(
      fc.property(spot, fc.nat(), fc.nat(255), ({ size, index: from }, which, bit) => {
        const proof = consistencyProof(from, size, at);
        const [older, newer] = [rootOf(from, at), rootOf(size, at)];
        expect(isConsistent(from, older, size, newer, proof)).toBe(true);
        if (from === 0) return;
        expect(isConsistent(from, newer, size, older, proof)).toBe(false);
        expect(isConsistent(from, EMPTY_ROOT, size, newer, proof)).toBe(false);
        expect(isConsistent(size, newer, from, older, proof)).toBe(false);
        expect(isConsistent(from, older, size, newer, [...proof, newer])).toBe(false);
        const changed = proof.map((hash) => Buffer.from(hash));
        changed[which % proof.length]![bit >> 3]! ^= 1 << (bit & 7);
        expect(isConsistent(from, older, size, newer, changed)).toBe(false);
        expect(isConsistent(from, older, size, newer, proof.slice(1))).toBe(false);
      }),
    );
  });

  test("any hashes: a proof is refused without a throw", () => {
    const hash = fc.uint8Array({ minLength: 30, maxLength: 33 });
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.array(hash, { maxLength: 70 }),
        hash,
        (a, b, proof, root) => {
          const isHash = root.length === 32;
          expect(isIncluded(root, a, b, proof, root)).toBe(
            isHash && a === 0 && b === 1 && proof.length === 0,
          );
          expect(isConsistent(a, EMPTY_ROOT, b, root, proof)).toBe(
            isHash && a === 0 && b > 0 && proof.length === 0,
          );
          expect(isConsistent(a, root, b, root, proof)).toBe(isHash && a === b && proof.length === 0);
        },
      ),
    );
  });
});
