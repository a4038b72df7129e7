import { closeSync, constants, fstatSync, fsyncSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { OperatingError } from "@scrim/errors";
import { firstValue, migrate } from "./sqlite-schema.ts";

/** How long SQLite itself waits for a lock, and all with it: for moments, such as the recovery after a crash. */
const BUSY_MS = 1_000;

const FILE_MODE = 0o600;
const OTHERS = 0o077;

/**
 * A connection that writes. Each commit is on the disk before it returns: the write-ahead log is synced each time. What is removed is
 * overwritten.
 */
const WRITER_PRAGMAS = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA secure_delete = ON;
`;

export type FileIdentity = string;

/** Which file a name stands for now; a store that was replaced under a running process is another one. */
export function identityOf(path: string): FileIdentity {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
}

/**
 * Makes the file, of mode 0600, where there is none. SQLite gives `-wal` and `-shm` the same mode.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where it is no file, or others may read it
 */
export function prepareFile(path: string): void {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDWR | O_CREAT | O_NONBLOCK, FILE_MODE);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new OperatingError("STORE_UNUSABLE", "is no file", { path, hint: "name one" });
    if (process.platform !== "win32" && (found.mode & OTHERS) !== 0) {
      throw new OperatingError("STORE_UNUSABLE", "others than its owner may read or write it", {
        path,
        hint: `chmod 600 ${path}`,
      });
    }
    if (found.size === 0) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
}

/** `node:sqlite`, which is loaded where a file is opened: Node 22 warns of it, and who keeps the store elsewhere isn't told. */
export type Sqlite = typeof import("node:sqlite");

/**
 * Opens a file that is there: one that was removed must not come back empty under a running process.
 *
 * @throws what SQLite does; {@link OperatingError} `STORE_UNUSABLE` where the file is another program's, or a newer version's
 */
export function openWriter({ DatabaseSync }: Sqlite, path: string): DatabaseSync {
  const address = pathToFileURL(path);
  address.searchParams.set("mode", "rw");
  const database = new DatabaseSync(address, { timeout: BUSY_MS });
  try {
    database.exec(WRITER_PRAGMAS);
    if (firstValue(database, "PRAGMA journal_mode = WAL") !== "wal") {
      throw new OperatingError("STORE_UNUSABLE", "its file system can't share memory among processes", {
        path,
        hint: "keep it on a local disk",
      });
    }
    migrate(database, path);
    database.exec("PRAGMA busy_timeout = 0"); // from here on writers wait without holding up the process
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function openReader({ DatabaseSync }: Sqlite, path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: BUSY_MS, readOnly: true });
}

/** A file lasts once its name does. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return; // it has no such call
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
