import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { OperatingError } from "@scrim/errors";
import { takeLock } from "./file-lock.ts";
import { invalid } from "./invalid.ts";

/** A file that is written at its end. */
export interface AppendedFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Returns once all that was appended is on the disk. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** What a log needs of a file system. Paths are whole. A port, so that tests can let any call fail and lose what was not synced. */
export interface FileSystem {
  /** Undefined where there is no such file. */
  read(path: string, bytesMax: number): Promise<Buffer | undefined>;
  /** Names in a folder; none where there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Makes a file of mode 0600, in place of any before. With `isSynced` its bytes, not its name, are on the disk on return. */
  write(path: string, bytes: Uint8Array, isSynced: boolean): Promise<void>;
  openToAppend(path: string): Promise<AppendedFile>;
  rename(from: string, to: string): Promise<void>;
  /**
   * Makes a folder of mode 0700, where there is none; its name is on the disk on return. The one above it has to be there: a log that was
   * removed must not come back empty.
   */
  makeFolder(path: string): Promise<void>;
  /** Returns once the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  /** Removes a file, or a folder with all in it. */
  remove(path: string): Promise<void>;
  /** Takes a lock for this process, and returns what gives it back. */
  lock(path: string): Promise<() => Promise<void>>;
}

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export const diskFileSystem: FileSystem = {
  async read(path, bytesMax) {
    // A pipe would keep its reader waiting.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(ignoreAbsent);
    if (file === undefined) return undefined;
    try {
      const found = await file.stat();
      if (!found.isFile()) throw invalid("is no file", path);
      if (found.size > bytesMax) {
        throw new OperatingError("TOO_LARGE", `has more than ${bytesMax} bytes`, { path });
      }
      const { buffer, bytesRead } = await file.read(Buffer.alloc(found.size), 0, found.size, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  list: async (path) => (await readdir(path).catch(ignoreAbsent)) ?? [],
  async write(path, bytes, isSynced) {
    await rm(path, { force: true }); // one that was there may have another mode, or be a link
    const file = await open(path, "wx", FILE_MODE);
    try {
      await file.writeFile(bytes);
      if (isSynced) await file.sync();
    } finally {
      await file.close();
    }
  },
  async openToAppend(path) {
    const file = await open(path, "a", FILE_MODE);
    return {
      append: (bytes) => file.appendFile(bytes),
      sync: () => file.datasync(),
      async truncate(length) {
        await file.truncate(length);
        await file.datasync();
      },
      close: () => file.close(),
    };
  },
  rename,
  async makeFolder(path) {
    try {
      await mkdir(path, FOLDER_MODE);
    } catch (error) {
      if ((error as { code?: string }).code === "EEXIST") return;
      throw error;
    }
    await syncFolder(dirname(path));
  },
  syncFolder,
  remove: (path) => rm(path, { recursive: true, force: true }),
  lock: takeLock,
};

async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return; // it has no such call
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function ignoreAbsent(error: unknown): undefined {
  const { code } = error as { code?: string };
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}
