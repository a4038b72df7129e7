import { OperatingError } from "@scrim/errors";

/** The bits of a result code that tell its kind; the others say more. */
const PRIMARY = 0xff;
const BUSY = 5; // SQLITE_BUSY

/** SQLite's primary result codes that people can do something about. */
const HINTS: Readonly<Record<number, string>> = {
  [BUSY]: "another process holds it: end that, or wait",
  8: "is the file yours, and its folder?", // SQLITE_READONLY
  10: "look at the disk", // SQLITE_IOERR
  11: "restore a backup", // SQLITE_CORRUPT
  13: "make room on the disk", // SQLITE_FULL
  14: "is the folder there, and yours?", // SQLITE_CANTOPEN
  26: "it is no SQLite file: name another, or restore a backup", // SQLITE_NOTADB
};

/** What SQLite or the file system says, as an error of ours; one of ours stays as it is. Values never stand in it: all are bound. */
export function sqliteFailure(what: string, path: string, cause: unknown): unknown {
  if (cause instanceof OperatingError) return cause;
  const { code, errcode, errstr } = cause as { code?: string; errcode?: number; errstr?: string };
  if (code === undefined || code === "ERR_ASSERTION") return cause;
  const hint = HINTS[(errcode ?? 0) & PRIMARY] ?? "is the folder there, and yours?";
  return new OperatingError("STORE_UNUSABLE", `${what} (${errstr ?? code})`, { path, hint, cause });
}

export function isBusy(error: unknown): boolean {
  return (((error as { errcode?: number }).errcode ?? 0) & PRIMARY) === BUSY;
}
