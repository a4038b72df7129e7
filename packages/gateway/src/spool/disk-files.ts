import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { codeOf, type SpoolFiles } from "./spool-files.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_SYNC } = constants;

/**
 * Node's permission model forbids fsync, so with it each write waits for the disk instead. Folders can't be waited for then: ext4, XFS
 * and Btrfs bring the entry of a new file to the disk together with what is first written to it.
 */
const CAN_SYNC = (process as { readonly permission?: object }).permission === undefined;
const EACH_WRITE = CAN_SYNC ? 0 : O_SYNC;

/** The disk. Links are never followed: whoever can make one could lead data elsewhere, or other data here. */
export const diskFiles: SpoolFiles = {
  list(folder) {
    return orAbsent(() => readdirSync(folder)) ?? [];
  },
  makeFolder(path) {
    try {
      mkdirSync(path, FOLDER_MODE);
    } catch (error) {
      if (codeOf(error) === "EEXIST") return;
      throw error;
    }
    syncFolder(dirname(path));
  },
  create: (path) => openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | EACH_WRITE, FILE_MODE),
  open(path) {
    // A pipe would keep its reader waiting.
    const descriptor = orAbsent(() => openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    if (descriptor === undefined || fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
    throw Object.assign(new Error("is no file"), { code: "EFTYPE" });
  },
  length: (descriptor) => fstatSync(descriptor).size,
  read(descriptor, into, offset) {
    let done = 0;
    while (done < into.length) {
      const read = readSync(descriptor, into, done, into.length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  },
  write: (descriptor, bytes, offset) => writeSync(descriptor, bytes, 0, bytes.length, offset),
  sync(descriptor) {
    if (CAN_SYNC) fdatasyncSync(descriptor);
  },
  close: closeSync,
  truncate(path, length) {
    const descriptor = openSync(path, O_RDWR | O_NOFOLLOW);
    try {
      ftruncateSync(descriptor, length);
    } finally {
      closeSync(descriptor);
    }
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolder,
  freeBytes(folder) {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
};

function syncFolder(path: string): void {
  if (process.platform === "win32" || !CAN_SYNC) return; // Windows has no such call
  const descriptor = openSync(path, O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function orAbsent<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
