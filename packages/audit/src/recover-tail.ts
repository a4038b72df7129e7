import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import { readCheckpoint } from "./checkpoint.ts";
import { BUNDLE_BYTES_MAX, parseBundle } from "./entry-bundle.ts";
import type { FileSystem } from "./file-system.ts";
import { invalid } from "./invalid.ts";
import { HASH_BYTES, leafHash } from "./merkle-hash.ts";
import type { NoteVerifier } from "./note-key.ts";
import { NOTE_BYTES_MAX } from "./signed-note.ts";
import { parseTile, TILE_WIDTH, tilePath } from "./tile.ts";
import { TreeEdge } from "./tree-edge.ts";
import { parseWriteAhead, WRITE_AHEAD_BYTES_MAX } from "./write-ahead.ts";

/** Names in a log's folder. */
export const CHECKPOINT_FILE = "checkpoint";
export const WRITE_AHEAD_FILE = "write-ahead";

/** The end of a log as it was found, checked against its checkpoint. */
export interface Tail {
  /** What the checkpoint counts. */
  readonly size: number;
  /** The checkpoint that is published; undefined in a new log. */
  readonly published: string | undefined;
  /** Index of the first entry of the last bundle. */
  readonly first: number;
  /** The last bundle: what the checkpoint counts of it, and what reached the disk without being published. */
  readonly entries: readonly Buffer[];
  /** The tree with all of these. */
  readonly edge: TreeEdge;
}

/**
 * Reads the end of a log. Changes nothing.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where what is there is less than, or other than, what the checkpoint has promised
 */
export async function recoverTail(
  directory: string,
  files: FileSystem,
  log: NoteVerifier,
  isNew: boolean,
): Promise<Tail> {
  const checkpointPath = join(directory, CHECKPOINT_FILE);
  const note = await files.read(checkpointPath, NOTE_BYTES_MAX);
  const ahead = await readAhead(directory, files);
  if (note === undefined) {
    await checkIsNew(directory, files, isNew, (ahead?.entries.length ?? 0) > 0);
    return { size: 0, published: undefined, first: 0, entries: [], edge: new TreeEdge() };
  }
  const { size, root } = readCheckpoint(note, log, checkpointPath);
  const { first, entries } = ahead ?? (await readLastBundle(directory, files, size));
  const path = join(directory, WRITE_AHEAD_FILE);
  if (size < first || size > first + TILE_WIDTH)
    throw invalid("is of another part of the log", path, RESTORE);
  if (first + entries.length < size) {
    throw invalid("has lost entries that the checkpoint counts", path, RESTORE);
  }
  const edge = await readEdge(directory, files, first);
  const check = () => {
    if (!edge.root().equals(root))
      throw invalid("contradicts the entries that are here", checkpointPath, RESTORE);
  };
  if (edge.size === size) check();
  for (const entry of entries) {
    edge.append(leafHash(entry));
    if (edge.size === size) check();
  }
  return { size, published: note.toString(), first, entries, edge };
}

const RESTORE =
  "restore the folder from a copy; where only write-ahead is broken, move it away, and the tiles are read instead";

/** Without a checkpoint there may be nothing else. */
async function checkIsNew(
  directory: string,
  files: FileSystem,
  isNew: boolean,
  hasEntries: boolean,
): Promise<void> {
  if (hasEntries || (await files.list(join(directory, "tile"))).length > 0) {
    throw invalid("is missing, and there are entries", join(directory, CHECKPOINT_FILE), RESTORE);
  }
  if (isNew) return;
  throw new OperatingError("STORE_UNUSABLE", "there is no log in this folder", {
    path: directory,
    hint: "is it the right one? A new log is made only where that is asked for",
  });
}

async function readAhead(
  directory: string,
  files: FileSystem,
): Promise<{ first: number; entries: readonly Buffer[] } | undefined> {
  const path = join(directory, WRITE_AHEAD_FILE);
  const bytes = await files.read(path, WRITE_AHEAD_BYTES_MAX);
  if (bytes === undefined) return undefined;
  const ahead = parseWriteAhead(bytes);
  if (ahead === undefined) throw invalid("has a broken head", path, RESTORE);
  return ahead;
}

/** A copy of what is published alone: its last bundle has the same entries. */
async function readLastBundle(
  directory: string,
  files: FileSystem,
  size: number,
): Promise<{ first: number; entries: readonly Buffer[] }> {
  const width = size % TILE_WIDTH;
  const first = size - width;
  if (width === 0) return { first, entries: [] };
  const path = join(directory, tilePath({ level: "entries", index: first / TILE_WIDTH, width }));
  const entries = parseBundle((await files.read(path, BUNDLE_BYTES_MAX)) ?? Buffer.alloc(0), width);
  if (entries === undefined)
    throw invalid("does not have the entries that the checkpoint counts", path, RESTORE);
  return { first, entries };
}

/** The edge of the tree of all full bundles, from the last tile of each level above. */
async function readEdge(directory: string, files: FileSystem, size: number): Promise<TreeEdge> {
  const tiles = new Map<number, Buffer[]>();
  for (let level = 1, left = size / TILE_WIDTH; left > 0; level++, left = Math.floor(left / TILE_WIDTH)) {
    const width = left % TILE_WIDTH;
    if (width === 0) continue;
    const path = join(directory, tilePath({ level, index: Math.floor(left / TILE_WIDTH), width }));
    const bytes = await files.read(path, TILE_WIDTH * HASH_BYTES);
    const hashes = parseTile(bytes ?? Buffer.alloc(0), width);
    if (hashes === undefined) throw invalid("is no tile of its width", path, RESTORE);
    tiles.set(level, hashes);
  }
  return new TreeEdge(size, (level) => tiles.get(level)!);
}
