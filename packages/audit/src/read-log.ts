import { strict as assert } from "node:assert";
import { OperatingError } from "@scrim/errors";
import { readCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { parseBundle } from "./entry-bundle.ts";
import { invalid } from "./invalid.ts";
import { type LogSource, readTileBytes } from "./log-source.ts";
import { EMPTY_ROOT, leafHash } from "./merkle-hash.ts";
import { consistencyProof, inclusionProof, isIncluded, type SubtreeHash } from "./merkle-proof.ts";
import type { NoteVerifier } from "./note-key.ts";
import { CHECKPOINT_FILE } from "./recover-tail.ts";
import { NOTE_BYTES_MAX } from "./signed-note.ts";
import { hashInTile, parseTile, TILE_HEIGHT, TILE_WIDTH, type Tile, tilePath, tilesOf } from "./tile.ts";
import { formatProof } from "./tlog-proof.ts";

/** The newest checkpoint with enough cosignatures: a log goes on while its witnesses are asked. */
export const WITNESSED_FILE = "checkpoint.witnessed";

/** @throws {OperatingError} `AUDIT_INVALID` where there is none, or it is not the log's */
export async function readPublished(
  source: LogSource,
  log: NoteVerifier,
  file: string = CHECKPOINT_FILE,
): Promise<SignedCheckpoint> {
  const bytes = await source.read(file, NOTE_BYTES_MAX);
  if (bytes === undefined) throw invalid("is missing", source.locate(file), "is there a log?");
  return readCheckpoint(bytes, log, source.locate(file));
}

/**
 * The entries of a log in order, bundle by bundle, from the one that has `from`. They are as they were found: {@link verifyLog} says whether
 * they are genuine.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where one is missing or malformed
 */
export async function* readBundles(
  source: LogSource,
  size: number,
  from = 0,
): AsyncGenerator<{ readonly first: number; readonly entries: readonly Buffer[] }> {
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < size; index++) {
    const first = index * TILE_WIDTH;
    const tile: Tile = { level: "entries", index, width: Math.min(TILE_WIDTH, size - first) };
    const bytes = await readTileBytes(source, tile);
    const entries = bytes === undefined ? undefined : parseBundle(bytes, tile.width);
    if (entries === undefined) throw brokenTile(source, tile, bytes);
    yield { first, entries };
  }
}

/** What is wrong with a tile: it is not there, or not what it should be. */
export function brokenTile(source: LogSource, tile: Tile, bytes: Buffer | undefined) {
  const what = tile.level === "entries" ? "entries" : "hashes";
  const path = source.locate(tilePath(tile));
  return bytes === undefined
    ? invalid("is missing", path)
    : invalid(`does not have exactly ${tile.width} ${what}`, path);
}

/**
 * Proves an entry of a log: a `.tlog-proof` file with the entry in it. Where the witnessed checkpoint counts the entry the proof leads to
 * that, and so to the witnesses' signatures.
 *
 * @throws {OperatingError} `INPUT_INVALID` where there is no such entry; `AUDIT_INVALID` where the log doesn't lead to its checkpoint
 */
export async function proveEntry(source: LogSource, log: NoteVerifier, index: number): Promise<string> {
  const checkpoint = await checkpointFor(source, log, index);
  const bundle = await readBundles(source, checkpoint.size, index).next();
  assert(!bundle.done);
  const entry = bundle.value.entries[index - bundle.value.first]!;
  const hashes = await withTiles(source, checkpoint.size, (at) => inclusionProof(index, checkpoint.size, at));
  if (!isIncluded(leafHash(entry), index, checkpoint.size, hashes, checkpoint.root)) {
    throw invalid(
      "the entry does not lead to the checkpoint",
      source.locate(CHECKPOINT_FILE),
      "scrim audit verify",
    );
  }
  return formatProof({ index, hashes, checkpoint: checkpoint.published, extra: entry });
}

/** The witnessed checkpoint where it counts the entry, else the published one. */
async function checkpointFor(
  source: LogSource,
  log: NoteVerifier,
  index: number,
): Promise<SignedCheckpoint & { readonly published: string }> {
  for (const file of [WITNESSED_FILE, CHECKPOINT_FILE]) {
    const bytes = await source.read(file, NOTE_BYTES_MAX);
    if (bytes === undefined) continue;
    const checkpoint = readCheckpoint(bytes, log, source.locate(file));
    if (index < checkpoint.size) return { ...checkpoint, published: bytes.toString() };
    if (file === WITNESSED_FILE) continue;
    throw new OperatingError("INPUT_INVALID", `there are ${checkpoint.size} entries`, {
      path: source.locate(file),
      hint: "the first has index 0",
    });
  }
  throw invalid("is missing", source.locate(CHECKPOINT_FILE), "is there a log?");
}

/** Proves that a log of `to` entries continues the one of `from`. */
export async function proveConsistency(source: LogSource, from: number, to: number): Promise<Buffer[]> {
  return await withTiles(source, to, (at) => consistencyProof(from, to, at));
}

/** Finds out which subtrees are needed, reads their tiles, and computes. */
async function withTiles<T>(source: LogSource, size: number, compute: (at: SubtreeHash) => T): Promise<T> {
  const needed = new Map<string, Tile>();
  compute((level, index) => {
    const tile = tileOf(level, index, size);
    needed.set(tilePath(tile), tile);
    return EMPTY_ROOT; // any hash does
  });
  const tiles = new Map<string, readonly Buffer[]>();
  for (const [path, tile] of needed) {
    const bytes = await readTileBytes(source, tile);
    const hashes = bytes === undefined ? undefined : parseTile(bytes, tile.width);
    if (hashes === undefined) throw brokenTile(source, tile, bytes);
    tiles.set(path, hashes);
  }
  return compute((level, index) => {
    const height = level % TILE_HEIGHT;
    const hashes = tiles.get(tilePath(tileOf(level, index, size)))!;
    return hashInTile(hashes, height, index % 2 ** (TILE_HEIGHT - height));
  });
}

/** The tile that a subtree is computed from. */
function tileOf(level: number, index: number, size: number): Tile {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const tileIndex = Math.floor(index / 2 ** (TILE_HEIGHT - (level % TILE_HEIGHT)));
  const { full, partial } = tilesOf(size, tileLevel);
  return { level: tileLevel, index: tileIndex, width: tileIndex < full ? TILE_WIDTH : partial };
}
