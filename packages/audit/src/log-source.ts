import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { BUNDLE_BYTES_MAX, bundlePrefix } from "./entry-bundle.ts";
import { diskFileSystem } from "./file-system.ts";
import { HASH_BYTES } from "./merkle-hash.ts";
import { TILE_WIDTH, type Tile, tilePath } from "./tile.ts";
import { withFiles } from "./unusable.ts";

/** Where the files of a log are read: a folder, or an address that serves one. Nothing that it says is believed. */
export interface LogSource {
  /** Undefined where there is no such file. */
  read(path: string, bytesMax: number): Promise<Buffer | undefined>;
  /** Paths of all files below `tile`, where that can be told. */
  list?(): Promise<readonly string[]>;
  /** The whole path of a file, for messages. */
  locate(path: string): string;
}

/** A log in a folder. It may be written meanwhile: what its checkpoint counts stays. */
export function directorySource(directory: string): LogSource {
  return {
    async read(path, bytesMax) {
      const file = join(directory, path);
      return await withFiles("can't be read", file, () => diskFileSystem.read(file, bytesMax));
    },
    list: () => withFiles("can't be read", directory, () => listTiles(directory)),
    locate: (path) => join(directory, path),
  };
}

/** Folders of partial tiles go away while a log is written: then it is listed again. */
async function listTiles(directory: string, tries = 5): Promise<readonly string[]> {
  try {
    const found = await readdir(join(directory, "tile"), { recursive: true, withFileTypes: true });
    const files = found.filter((file) => !file.isDirectory());
    return files.map((file) => relative(directory, join(file.parentPath, file.name)));
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT" || tries === 0) throw error;
    return await listTiles(directory, tries - 1);
  }
}

/** The bytes of a tile, or the beginning of the full one, which may have taken its place meanwhile. */
export async function readTileBytes(source: LogSource, tile: Tile): Promise<Buffer | undefined> {
  const bytesMax = tile.level === "entries" ? BUNDLE_BYTES_MAX : TILE_WIDTH * HASH_BYTES;
  const bytes = await source.read(tilePath(tile), bytesMax);
  if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes;
  const full = await source.read(tilePath({ ...tile, width: TILE_WIDTH }), bytesMax);
  if (full === undefined) return undefined;
  return tile.level === "entries"
    ? bundlePrefix(full, tile.width)
    : full.subarray(0, tile.width * HASH_BYTES);
}
