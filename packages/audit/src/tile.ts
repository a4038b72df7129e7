import { strict as assert } from "node:assert";
import { HASH_BYTES, nodeHash } from "./merkle-hash.ts";

/** A tile spans eight levels of the tree, and so 256 hashes: c2sp.org/tlog-tiles. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** With sizes below 2^53 there are seven levels of tiles. */
export const TILE_LEVELS_MAX = 7;

/** Which tile: of hashes at a level, or of entries. Its width is 256 where it is full. */
export interface Tile {
  readonly level: number | "entries";
  readonly index: number;
  readonly width: number;
}

/** Digits of a tile's index, by threes: `x001/x234/067`. 2^53 / 256 has 14 digits. */
const PARTS_MAX = 5;

/**
 * The path of a tile below the log's address.
 *
 * @example
 * ```ts
 * import { tilePath } from "@scrim/audit";
 * console.log(tilePath({ level: 0, index: 1234067, width: 256 })); // tile/0/x001/x234/067
 * console.log(tilePath({ level: "entries", index: 0, width: 5 })); // tile/entries/000.p/5
 * ```
 */
export function tilePath({ level, index, width }: Tile): string {
  assert(Number.isSafeInteger(index) && index >= 0 && 1 <= width && width <= TILE_WIDTH);
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const parts = padded.match(/\d{3}/g) ?? [];
  const path = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join("/");
  return `tile/${level}/${path}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

const PATH = /^tile\/(0|[1-9]\d?|entries)\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The tile of a path, or undefined where it is none, or not as {@link tilePath} writes it. */
export function parseTilePath(path: string): Tile | undefined {
  const match = path.length > 64 ? null : PATH.exec(path);
  if (match === null) return undefined;
  const [, level = "", parents = "", last = "", width] = match;
  if (parents.length / 5 >= PARTS_MAX) return undefined;
  const tile: Tile = {
    level: level === "entries" ? "entries" : Number(level),
    index: Number(parents.replaceAll(/[x/]/g, "") + last),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const isValid = tile.width <= TILE_WIDTH && (tile.level === "entries" || tile.level < TILE_LEVELS_MAX);
  return isValid && tilePath(tile) === path ? tile : undefined;
}

/** The hashes of a tile's bytes; undefined where these are not exactly `width` hashes. */
export function parseTile(bytes: Buffer, width: number): Buffer[] | undefined {
  if (bytes.length !== width * HASH_BYTES) return undefined;
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** A subtree inside a tile: `index` counts within the tile. */
export function hashInTile(hashes: readonly Buffer[], height: number, index: number): Buffer {
  let row = hashes.slice(index * 2 ** height, (index + 1) * 2 ** height);
  assert(row.length === 2 ** height, "this subtree is not in the tile");
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(row[2 * at]!, row[2 * at + 1]!));
  }
  return row[0]!;
}

/** How many tiles a level has for a tree of `size`, and how wide the last is where it is partial (else 0). */
export function tilesOf(size: number, level: number | "entries"): { full: number; partial: number } {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === "entries" ? 0 : level));
  return { full: Math.floor(hashes / TILE_WIDTH), partial: hashes % TILE_WIDTH };
}
