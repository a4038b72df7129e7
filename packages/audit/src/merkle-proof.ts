import { strict as assert } from "node:assert";
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./merkle-hash.ts";

/**
 * The hash of a perfect subtree: of the leaves `[index * 2^level, (index + 1) * 2^level)`. Sizes stay below 2^53, so arithmetic on them is
 * exact where shifts, which have 32 bits, would not be.
 */
export type SubtreeHash = (level: number, index: number) => Buffer;

/** The longest proof: sizes have 53 bits, and each bit adds a hash at most. */
export const PROOF_HASHES_MAX = 63;

const half = (value: number) => Math.floor(value / 2);
const isOdd = (value: number) => value % 2 === 1;

/** The root of the first `size` leaves. */
export function rootOf(size: number, at: SubtreeHash): Buffer {
  return size === 0 ? EMPTY_ROOT : rangeHash(0, size, at);
}

/** Which hashes, with the leaf, give the root (RFC 9162 §2.1.3.1): from the leaf's sibling up. */
export function inclusionProof(index: number, size: number, at: SubtreeHash): Buffer[] {
  assert(0 <= index && index < size);
  const proof: Buffer[] = [];
  climb(index, 0, size, at, proof);
  return proof;
}

/** Which hashes give both roots (RFC 9162 §2.1.4.1). Empty where one of the trees is empty, or both are the same. */
export function consistencyProof(from: number, to: number, at: SubtreeHash): Buffer[] {
  assert(0 <= from && from <= to);
  if (from === 0 || from === to) return [];
  let node = from - 1;
  let level = 0;
  while (isOdd(node)) {
    node = half(node);
    level++;
  }
  // The largest subtree that ends where the older tree ends; where that is the whole older tree, its root is known.
  const proof = node > 0 ? [at(level, node)] : [];
  climb(node, level, to, at, proof);
  return proof;
}

/** Adds the siblings of a node and of all above it. */
function climb(node: number, level: number, size: number, at: SubtreeHash, proof: Buffer[]): void {
  let width = 2 ** level;
  let last = Math.floor((size - 1) / width);
  for (let index = node, height = level; last > 0; height++) {
    if (isOdd(index)) proof.push(at(height, index - 1));
    else if (index < last) proof.push(siblingHash(index + 1, height, width, size, at));
    index = half(index);
    last = half(last);
    width *= 2;
  }
}

/** A sibling to the right may reach past the end of the tree, and is then made of smaller ones. */
function siblingHash(index: number, level: number, width: number, size: number, at: SubtreeHash): Buffer {
  const start = index * width;
  return start + width <= size ? at(level, index) : rangeHash(start, size, at);
}

/** The hash of leaves from `start`, which is a multiple of a power of two that is no less than their number. */
function rangeHash(start: number, end: number, at: SubtreeHash): Buffer {
  let width = 1;
  let level = 0;
  while (width * 2 <= end - start) {
    width *= 2;
    level++;
  }
  const left = at(level, start / width);
  return start + width === end ? left : nodeHash(left, rangeHash(start + width, end, at));
}

/** Whether a proof leads from a leaf to a root (RFC 9162 §2.1.3.2). */
export function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index >= size || !isProof(proof) || ![leaf, root].every(isHash)) return false;
  let node = index;
  let last = size - 1;
  let reached: Uint8Array = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      reached = nodeHash(sibling, reached);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      reached = nodeHash(reached, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && Buffer.compare(reached, root) === 0;
}

/** Whether a proof shows that a tree continues an older one (RFC 9162 §2.1.4.2). */
export function isConsistent(
  from: number,
  fromRoot: Uint8Array,
  to: number,
  toRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (from > to || !isProof(proof) || ![fromRoot, toRoot].every(isHash)) return false;
  if (from === to) return proof.length === 0 && Buffer.compare(fromRoot, toRoot) === 0;
  if (from === 0) return proof.length === 0 && Buffer.compare(fromRoot, EMPTY_ROOT) === 0;
  let node = from - 1;
  let last = to - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  const [first, ...rest] = node === 0 ? [fromRoot, ...proof] : proof;
  if (first === undefined) return false;
  let older: Uint8Array = first;
  let newer: Uint8Array = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      newer = nodeHash(newer, hash);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && Buffer.compare(older, fromRoot) === 0 && Buffer.compare(newer, toRoot) === 0;
}

function isProof(proof: readonly Uint8Array[]): boolean {
  return proof.length <= PROOF_HASHES_MAX && proof.every(isHash);
}

function isHash({ length }: Uint8Array): boolean {
  return length === HASH_BYTES;
}
