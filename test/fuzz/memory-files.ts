import { dirname } from "node:path";
import type { SpoolFiles } from "../../packages/gateway/src/spool/spool-files.ts";

/** Files in memory that never fail and forget nothing. Contents given are never written to: what changes is copied first. */
export function memoryFiles(contents: Map<string, Buffer>): SpoolFiles {
  /** By descriptor; a file that was closed is left in it, for the little time that there is. */
  const opened: string[] = [];
  const contentOf = (descriptor: number) => contents.get(opened[descriptor]!) ?? EMPTY;
  return {
    list: (folder) => [...contents.keys()].filter((path) => dirname(path) === folder).map(nameOf),
    makeFolder() {},
    create(path) {
      if (contents.has(path)) throw Object.assign(new Error("exists"), { code: "EEXIST" });
      contents.set(path, EMPTY);
      return opened.push(path) - 1;
    },
    open: (path) => (contents.has(path) ? opened.push(path) - 1 : undefined),
    length: (descriptor) => contentOf(descriptor).length,
    read: (descriptor, into, offset) => contentOf(descriptor).copy(into, 0, offset, offset + into.length),
    write(descriptor, bytes, offset) {
      const before = contentOf(descriptor);
      const after = Buffer.alloc(Math.max(before.length, offset + bytes.length));
      before.copy(after);
      after.set(bytes, offset);
      contents.set(opened[descriptor]!, after);
      return bytes.length;
    },
    sync() {},
    close() {},
    truncate: (path, length) => void contents.set(path, contents.get(path)!.subarray(0, length)),
    rename(from, to) {
      contents.set(to, contents.get(from)!);
      contents.delete(from);
    },
    remove: (path) => void contents.delete(path),
    syncFolder() {},
    freeBytes: () => Number.MAX_SAFE_INTEGER,
  };
}

const EMPTY = Buffer.alloc(0);

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
