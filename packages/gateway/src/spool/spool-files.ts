/**
 * What a spool's writer needs of a file system; every call returns when it is done. A port, so that tests can let any call fail, and lose
 * what was not synced. Calls throw what Node throws: errors with a `code` such as `EIO`.
 */
export interface SpoolFiles {
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** Makes a folder for its owner alone, where there is none; its name is on the disk on return. */
  makeFolder(path: string): void;
  /** Makes a file for its owner alone, and fails where one is. */
  create(path: string): number;
  /** Opens a file to read it; undefined where there is none. Links and what is no file fail. */
  open(path: string): number | undefined;
  length(descriptor: number): number;
  /** Returns how many bytes were read: fewer only at the file's end. */
  read(descriptor: number, into: Uint8Array, offset: number): number;
  /** Returns how many bytes were written, which may be fewer. */
  write(descriptor: number, bytes: Uint8Array, offset: number): number;
  /** Returns when the bytes that were written are on the disk, with what it takes to read them. */
  sync(descriptor: number): void;
  close(descriptor: number): void;
  truncate(path: string, length: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Returns when the names in a folder are on the disk. */
  syncFolder(path: string): void;
  /** Bytes that the disk still has for us. */
  freeBytes(folder: string): number;
}

/** Writes all bytes; a file system may take them in parts. */
export function writeAll(files: SpoolFiles, descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    const written = files.write(descriptor, bytes.subarray(done), offset + done);
    if (written <= 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    done += written;
  }
}

/** Reads a whole file of at most `bytesMax`; undefined where there is none, or a larger one. */
export function readWhole(files: SpoolFiles, path: string, bytesMax: number): Buffer | undefined {
  const descriptor = files.open(path);
  if (descriptor === undefined) return undefined;
  try {
    const length = files.length(descriptor);
    if (length > bytesMax) return undefined;
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, files.read(descriptor, bytes, 0));
  } finally {
    files.close(descriptor);
  }
}

/** The system's word for what went wrong: `EIO`. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "an unknown error";
}
