import { dirname, join } from "node:path";
import { signCheckpoint } from "./checkpoint.ts";
import { bundlePrefix, formatBundle } from "./entry-bundle.ts";
import type { AppendedFile, FileSystem } from "./file-system.ts";
import { HASH_BYTES, leafHash } from "./merkle-hash.ts";
import type { NoteSigner } from "./note-key.ts";
import { CHECKPOINT_FILE, recoverTail, type Tail, WRITE_AHEAD_FILE } from "./recover-tail.ts";
import { TILE_WIDTH, type Tile, tilePath } from "./tile.ts";
import type { TreeEdge } from "./tree-edge.ts";
import { formatRecords, formatWriteAhead } from "./write-ahead.ts";

/** What a log is at a moment. */
export interface LogState {
  /** What is published; the edge may be ahead of it after a failure. */
  readonly size: number;
  readonly edge: TreeEdge;
  /** The entries of the bundle that is being filled. */
  readonly bundle: readonly Buffer[];
  /** The last that was published. */
  readonly checkpoint: string;
}

/** How a new entry is written: what was before is whole at each step, and what was promised is on the disk. */
export class LogStore {
  readonly #directory: string;
  readonly #files: FileSystem;
  readonly #signer: NoteSigner;
  #ahead: AppendedFile | undefined;
  #aheadBytes = 0;
  /** Folders below the log's that are there: a few, since those of full tiles are shared by a thousand. */
  readonly #folders = new Set<string>();

  constructor(directory: string, files: FileSystem, signer: NoteSigner) {
    this.#directory = directory;
    this.#files = files;
    this.#signer = signer;
  }

  /**
   * Reads the log as it is, takes in what had reached the disk without being published, and mends what a crash left unfinished.
   *
   * @throws {OperatingError} `AUDIT_INVALID` where what is there contradicts its checkpoint; nothing is changed then
   */
  async recover(isNew: boolean): Promise<LogState> {
    await this.close();
    this.#folders.clear();
    const tail = await recoverTail(this.#directory, this.#files, this.#signer, isNew);
    await this.#replaceAhead(tail.first, tail.entries);
    const edge = tail.edge;
    const published = tail.published ?? this.#sign(edge);
    const checkpoint = edge.size === tail.size ? published : this.#sign(edge);
    await this.#removePartials(tail.first);
    await this.#mendPartials(tail);
    await this.#writeTiles(edge, tail.entries);
    if (checkpoint !== tail.published) await this.#publish(checkpoint);
    return await this.startBundle({ size: edge.size, edge, bundle: tail.entries, checkpoint });
  }

  /**
   * Adds entries, no more than the bundle has room for. Once this returns they are on the disk, and the checkpoint counts them.
   *
   * @throws whatever the file system does. Then the state is what {@link recover} says; where nothing was published the entries are taken
   * back, if that can be done.
   */
  async append(state: LogState, entries: readonly Buffer[]): Promise<LogState> {
    const lengthBefore = this.#aheadBytes;
    let canBeTakenBack = true;
    try {
      const records = formatRecords(entries);
      await this.#ahead!.append(records);
      await this.#ahead!.sync();
      this.#aheadBytes += records.length;
      for (const entry of entries) state.edge.append(leafHash(entry));
      const bundle = [...state.bundle, ...entries];
      await this.#writeTiles(state.edge, bundle);
      const checkpoint = this.#sign(state.edge);
      await this.#publish(checkpoint, () => {
        canBeTakenBack = false;
      });
      return { size: state.edge.size, edge: state.edge, bundle, checkpoint };
    } catch (error) {
      if (canBeTakenBack) await this.#takeBack(lengthBefore).catch(() => undefined);
      throw error;
    }
  }

  /** Where the bundle is full: lets go of what its entries were written to first, and of its partial tiles. */
  async startBundle(state: LogState): Promise<LogState> {
    if (state.bundle.length < TILE_WIDTH) return state;
    await this.#replaceAhead(state.size, []);
    await this.#removePartials(state.size);
    return { ...state, bundle: [] };
  }

  async close(): Promise<void> {
    const file = this.#ahead;
    this.#ahead = undefined;
    await file?.close().catch(() => undefined);
  }

  /** Cuts entries off that nothing published counts. First goes what may be signed and counts them: a log signs one history. */
  async #takeBack(length: number): Promise<void> {
    await this.#files.remove(join(this.#directory, `${CHECKPOINT_FILE}.next`));
    await this.#ahead!.truncate(length);
  }

  /** Puts a whole file in place of the one before. */
  async #replaceAhead(first: number, entries: readonly Buffer[]): Promise<void> {
    await this.close();
    const bytes = formatWriteAhead(first, entries);
    await this.#replace(WRITE_AHEAD_FILE, bytes);
    this.#ahead = await this.#files.openToAppend(join(this.#directory, WRITE_AHEAD_FILE));
    this.#aheadBytes = bytes.length;
  }

  #sign(edge: TreeEdge): string {
    return signCheckpoint(this.#signer, edge.size, edge.root());
  }

  async #publish(checkpoint: string, aboutToAppear?: () => void): Promise<void> {
    await this.#replace(CHECKPOINT_FILE, Buffer.from(checkpoint), aboutToAppear);
  }

  async #replace(name: string, bytes: Buffer, aboutToAppear?: () => void): Promise<void> {
    const path = join(this.#directory, name);
    await this.#files.write(`${path}.next`, bytes, true);
    aboutToAppear?.();
    await this.#files.rename(`${path}.next`, path);
    await this.#files.syncFolder(this.#directory);
  }

  /**
   * Writes the tiles that the last entries changed. Partial ones can be made again from the file that entries reach first, so they are on
   * the disk when the system likes; full ones outlive it, so they are there on return, with what they changed above them.
   */
  async #writeTiles(edge: TreeEdge, bundle: readonly Buffer[]): Promise<void> {
    if (bundle.length === 0) return;
    const isSynced = bundle.length === TILE_WIDTH;
    const index = Math.floor((edge.size - 1) / TILE_WIDTH);
    const tiles: Tile[] = [{ level: "entries", index, width: bundle.length }];
    await this.#writeTile(tiles[0]!, formatBundle(bundle), isSynced);
    for (let level = 0; ; level++) {
      const { index: at, hashes } = edge.tileAt(level)!;
      const tile = { level, index: at, width: hashes.length };
      tiles.push(tile);
      await this.#writeTile(tile, Buffer.concat(hashes), isSynced);
      if (hashes.length < TILE_WIDTH) break;
    }
    if (isSynced) await this.#syncFolders(tiles);
  }

  async #writeTile(tile: Tile, bytes: Buffer, isSynced: boolean): Promise<void> {
    await this.#makeFolders(dirname(tilePath(tile)));
    await this.#replaceTile(tilePath(tile), bytes, isSynced);
  }

  /** Makes the folders of a path below the log's. */
  async #makeFolders(path: string): Promise<void> {
    if (path === "." || this.#folders.has(path)) return;
    await this.#makeFolders(dirname(path));
    await this.#files.makeFolder(join(this.#directory, path));
    this.#folders.add(path);
  }

  /** Readers see a tile whole, or not at all. */
  async #replaceTile(path: string, bytes: Buffer, isSynced: boolean): Promise<void> {
    const next = join(this.#directory, "tile.next");
    await this.#files.write(next, bytes, isSynced);
    await this.#files.rename(next, join(this.#directory, path));
  }

  /** A file lasts once its name does, and those of the folders that lead to it. */
  async #syncFolders(tiles: readonly Tile[]): Promise<void> {
    const folders = new Set<string>();
    for (const tile of tiles) {
      for (let folder = dirname(tilePath(tile)); folder !== "."; folder = dirname(folder))
        folders.add(folder);
    }
    folders.add(".");
    for (const folder of folders) await this.#files.syncFolder(join(this.#directory, folder));
  }

  /** Partial tiles of sizes before this one were promised too: they are made again where a crash has lost them. */
  async #mendPartials({ first, entries, edge }: Tail): Promise<void> {
    if (entries.length === TILE_WIDTH) return;
    const hashes = Buffer.concat(entries.length === 0 ? [] : edge.tileAt(0)!.hashes);
    const bundle = formatBundle(entries);
    const start = (level: Tile["level"], width: number) => {
      if (!(width <= entries.length)) return undefined; // of entries that were taken back
      return level === 0 ? hashes.subarray(0, width * HASH_BYTES) : bundlePrefix(bundle, width);
    };
    for (const level of ["entries", 0] as const) {
      const folder = dirname(tilePath({ level, index: first / TILE_WIDTH, width: 1 }));
      for (const name of await this.#files.list(join(this.#directory, folder))) {
        await this.#mend(`${folder}/${name}`, start(level, Number(name)));
      }
    }
  }

  /** Lets a file have these bytes; without any, it is ahead of the log, and goes. */
  async #mend(path: string, bytes: Buffer | undefined): Promise<void> {
    const whole = join(this.#directory, path);
    if (bytes === undefined) return await this.#files.remove(whole);
    const found = await this.#files.read(whole, bytes.length).catch(() => undefined);
    if (found?.equals(bytes) !== true) await this.#replaceTile(path, bytes, false);
  }

  /** Once a full tile is there, nobody needs its partial ones. They do no harm, so failing to remove them stops nothing. */
  async #removePartials(size: number): Promise<void> {
    this.#folders.clear();
    const remove = (level: Tile["level"], index: number) =>
      this.#files
        .remove(dirname(join(this.#directory, tilePath({ level, index, width: 1 }))))
        .catch(() => undefined);
    if (size > 0) await remove("entries", size / TILE_WIDTH - 1);
    for (let level = 0, left = size; left > 0 && left % TILE_WIDTH === 0; level++) {
      left /= TILE_WIDTH;
      await remove(level, left - 1);
    }
  }
}
