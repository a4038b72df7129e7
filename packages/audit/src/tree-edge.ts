import { strict as assert } from "node:assert";
import { nodeHash } from "./merkle-hash.ts";
import { rootOf } from "./merkle-proof.ts";
import { TILE_HEIGHT, TILE_WIDTH } from "./tile.ts";

/** The hashes of a tile as it is filled, and of the subtrees above them. */
class EdgeTile {
  /** Which tile of its level it is. */
  index: number;
  /** By height: always `levels[h + 1].length === floor(levels[h].length / 2)`. */
  #levels: Buffer[][] = emptyLevels();

  constructor(index: number) {
    this.index = index;
  }

  get hashes(): readonly Buffer[] {
    return this.#levels[0]!;
  }

  get isFull(): boolean {
    return this.hashes.length === TILE_WIDTH;
  }

  /** The hash over the whole tile, once it is full. */
  get top(): Buffer {
    return this.#levels[TILE_HEIGHT]![0]!;
  }

  /** Adds a hash; a full tile makes room for the next. */
  push(hash: Buffer): void {
    if (this.isFull) {
      this.index++;
      this.#levels = emptyLevels();
    }
    let top = hash;
    for (let height = 0; ; height++) {
      const level = this.#levels[height]!;
      level.push(top);
      if (level.length % 2 === 1) return;
      top = nodeHash(level.at(-2)!, top);
    }
  }

  at(height: number, index: number): Buffer | undefined {
    return this.#levels[height]![index - this.index * 2 ** (TILE_HEIGHT - height)];
  }
}

function emptyLevels(): Buffer[][] {
  return Array.from({ length: TILE_HEIGHT + 1 }, () => []);
}

/**
 * The right edge of a tree, in memory: the last tile of each level. That is enough to append, to tell the root, and to prove what was
 * appended last. A leaf costs two hashes on average, and no more than one for each level.
 */
export class TreeEdge {
  readonly #tiles: EdgeTile[] = [];
  #size: number;

  /**
   * The edge of a tree that has `size` leaves. `hashesOf` gives the hashes of a partial tile of some level.
   */
  constructor(size = 0, hashesOf?: (level: number, index: number, width: number) => readonly Buffer[]) {
    this.#size = size;
    for (let level = 0, left = size; left > 0; level++, left = Math.floor(left / TILE_WIDTH)) {
      const index = Math.floor(left / TILE_WIDTH);
      const width = left % TILE_WIDTH;
      const tile = new EdgeTile(index);
      if (width > 0) for (const hash of hashesOf!(level, index, width)) tile.push(hash);
      this.#tiles.push(tile);
    }
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    this.#push(0, leaf);
    this.#size++;
  }

  root(): Buffer {
    return rootOf(this.#size, this.at);
  }

  /** The last tile of a level; undefined where the level has none yet. */
  tileAt(level: number): { readonly index: number; readonly hashes: readonly Buffer[] } | undefined {
    return this.#tiles[level];
  }

  /** A subtree of the edge. */
  readonly at = (level: number, index: number): Buffer => {
    const hash = this.#tiles[Math.floor(level / TILE_HEIGHT)]?.at(level % TILE_HEIGHT, index);
    assert(hash !== undefined, "this subtree is not at the edge");
    return hash;
  };

  #push(level: number, hash: Buffer): void {
    this.#tiles[level] ??= new EdgeTile(0);
    const tile = this.#tiles[level];
    tile.push(hash);
    if (tile.isFull) this.#push(level + 1, tile.top);
  }
}
