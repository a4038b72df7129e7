import { readCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { parseEntry } from "./entry.ts";
import { BUNDLE_BYTES_MAX, bundlePrefix } from "./entry-bundle.ts";
import { invalid } from "./invalid.ts";
import { directorySource, type LogSource, readTileBytes } from "./log-source.ts";
import { HASH_BYTES, leafHash } from "./merkle-hash.ts";
import type { NoteVerifier } from "./note-key.ts";
import { brokenTile, readBundles, readPublished, WITNESSED_FILE } from "./read-log.ts";
import { CHECKPOINT_FILE } from "./recover-tail.ts";
import { NOTE_BYTES_MAX } from "./signed-note.ts";
import { parseTilePath, TILE_WIDTH, type Tile, tilePath, tilesOf } from "./tile.ts";
import { TreeEdge } from "./tree-edge.ts";
import { cosignersOf, type WitnessPolicy } from "./witness-policy.ts";

export interface VerifyOptions {
  readonly publicKey: NoteVerifier;
  /** Checkpoints that were kept elsewhere: the log has to continue them. */
  readonly since?: readonly Uint8Array[];
  readonly witnesses?: WitnessPolicy;
}

/** What was proved of a log. */
export interface VerifiedLog {
  readonly origin: string;
  readonly size: number;
  /** The root, in hexadecimal. */
  readonly root: string;
  /**
   * What stands against whoever has the log's key and folder. `internal consistency only`: nothing; entries may have been cut off or
   * written anew. `kept checkpoint`, `witnesses`: up to the size told, nothing was changed, removed or shown otherwise.
   */
  readonly against: "internal consistency only" | "kept checkpoint" | "witnesses";
  /** Up to which size the kept checkpoints hold. */
  readonly keptSize?: number;
  /** Up to which size enough witnesses hold, and which. */
  readonly witnessed?: { readonly size: number; readonly cosigners: readonly string[] };
  /** Entries that are not of the form this version writes. They are as the log has promised all the same. */
  readonly unknownEntries: number;
  /** When the last entry was written, as it says itself. */
  readonly lastTime?: string;
}

/**
 * Checks a whole log: hashes every entry, compares every tile, the checkpoint, its signature, and that it continues what was kept or
 * witnessed.
 *
 * @throws {OperatingError} `AUDIT_INVALID` with the file that is wrong
 */
export async function verifyLog(log: string | LogSource, options: VerifyOptions): Promise<VerifiedLog> {
  const source = typeof log === "string" ? directorySource(log) : log;
  const { publicKey, since = [], witnesses } = options;
  const checkpoint = await readPublished(source, publicKey);
  const kept = since.map((bytes) => readCheckpoint(bytes, publicKey, "the kept checkpoint"));
  const witnessed =
    witnesses === undefined ? undefined : await findWitnessed(source, publicKey, checkpoint, witnesses);
  const marks = [...kept, ...(witnessed === undefined ? [] : [witnessed.checkpoint]), checkpoint];
  for (const { size } of marks) {
    if (size > checkpoint.size) {
      throw invalid(`has ${checkpoint.size} entries, and had ${size} before`, source.locate(CHECKPOINT_FILE));
    }
  }
  const keptSize = Math.max(0, ...kept.map(({ size }) => size));
  const { unknownEntries, lastTime } = await rehash(source, checkpoint, marks);
  await checkOtherFiles(source, checkpoint.size);
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: checkpoint.root.toString("hex"),
    against: againstWhat(keptSize, witnessed?.checkpoint.size),
    ...(kept.length > 0 && { keptSize }),
    ...(witnessed !== undefined && {
      witnessed: { size: witnessed.checkpoint.size, cosigners: witnessed.cosigners },
    }),
    unknownEntries,
    ...(lastTime !== undefined && { lastTime }),
  };
}

/** A checkpoint of an empty log is continued by every log, and so shows nothing. */
function againstWhat(keptSize: number, witnessedSize = 0): VerifiedLog["against"] {
  if (witnessedSize > 0) return "witnesses";
  return keptSize > 0 ? "kept checkpoint" : "internal consistency only";
}

/** The newest checkpoint that enough witnesses have cosigned: the published one, or one that was kept for that. */
async function findWitnessed(
  source: LogSource,
  log: NoteVerifier,
  published: SignedCheckpoint,
  policy: WitnessPolicy,
): Promise<{ checkpoint: SignedCheckpoint; cosigners: readonly string[] }> {
  let most = 0;
  for (const file of [CHECKPOINT_FILE, WITNESSED_FILE]) {
    const bytes = file === CHECKPOINT_FILE ? undefined : await source.read(file, NOTE_BYTES_MAX);
    if (file !== CHECKPOINT_FILE && bytes === undefined) continue;
    const path = source.locate(file);
    const checkpoint = bytes === undefined ? published : readCheckpoint(bytes, log, path);
    const cosigners = cosignersOf(checkpoint.note, policy, path);
    if (cosigners.length >= policy.threshold) return { checkpoint, cosigners };
    most = Math.max(most, cosigners.length);
  }
  throw invalid(
    `is cosigned by ${most} of the ${policy.threshold} witnesses needed`,
    source.locate(CHECKPOINT_FILE),
    "have it cosigned: scrim audit cosign",
  );
}

/** Hashes all entries; compares tiles and marks on the way. */
async function rehash(
  source: LogSource,
  { size }: SignedCheckpoint,
  marks: readonly SignedCheckpoint[],
): Promise<{ unknownEntries: number; lastTime: string | undefined }> {
  const edge = new TreeEdge();
  const rootsAt = Map.groupBy(marks, (mark) => mark.size);
  checkRoots(source, edge, rootsAt.get(0));
  let unknownEntries = 0;
  let lastTime: string | undefined;
  for await (const { entries } of readBundles(source, size)) {
    for (const bytes of entries) {
      edge.append(leafHash(bytes));
      checkRoots(source, edge, rootsAt.get(edge.size));
      const entry = parseEntry(bytes);
      if (entry === undefined) unknownEntries++;
      else lastTime = entry.time;
    }
    await checkEdge(source, edge, size);
  }
  return { unknownEntries, lastTime };
}

function checkRoots(source: LogSource, edge: TreeEdge, marks: readonly SignedCheckpoint[] = []): void {
  for (const { root } of marks) {
    if (edge.root().equals(root)) continue;
    throw invalid(
      `the first ${edge.size} entries are not those that were promised`,
      source.locate(CHECKPOINT_FILE),
    );
  }
}

/** Compares the tiles that have just been filled, and at the end those that never are. */
async function checkEdge(source: LogSource, edge: TreeEdge, size: number): Promise<void> {
  for (let level = 0; ; level++) {
    const last = edge.tileAt(level);
    if (last === undefined) return;
    const isFull = last.hashes.length === TILE_WIDTH;
    const isNew = edge.size % TILE_WIDTH ** (level + 1) === 0;
    if ((isFull && isNew) || (!isFull && edge.size === size)) {
      const tile: Tile = { level, index: last.index, width: last.hashes.length };
      const bytes = await readTileBytes(source, tile);
      if (bytes?.length !== tile.width * HASH_BYTES) throw brokenTile(source, tile, bytes);
      if (!bytes.equals(Buffer.concat(last.hashes))) throw contradicts(source, tile);
    }
    if (edge.size !== size && !isNew) return;
  }
}

/** Where files can be listed: nothing is there that no log has, and partial tiles of earlier sizes are beginnings of later ones. */
async function checkOtherFiles(source: LogSource, size: number): Promise<void> {
  if (source.list === undefined || size === 0) return;
  for (const path of await source.list()) {
    const tile = parseTilePath(path);
    if (tile === undefined) throw invalid("is no file of a log", source.locate(path));
    const { full, partial } = tilesOf(size, tile.level);
    const width = tile.index < full ? TILE_WIDTH : tile.index === full ? partial : 0;
    if (tile.width >= width) continue; // compared already, or ahead of the checkpoint: nothing was promised of it yet
    const whole = await readTileBytes(source, { ...tile, width });
    const bytes = await source.read(path, BUNDLE_BYTES_MAX);
    if (whole === undefined || bytes === undefined) continue; // taken away meanwhile, as its time had come
    const start =
      tile.level === "entries" ? bundlePrefix(whole, tile.width) : whole.subarray(0, tile.width * HASH_BYTES);
    if (start === undefined || !bytes.equals(start)) throw contradicts(source, tile);
  }
}

function contradicts(source: LogSource, tile: Tile) {
  return invalid("contradicts the entries", source.locate(tilePath(tile)));
}
