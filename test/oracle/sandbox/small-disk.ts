import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A file system of its own for a spool, in memory, that somebody else can fill. */
export interface SmallDisk {
  /** Where it is mounted. */
  readonly folder: string;
  /** Takes all of it but so many bytes; what it returns gives them back. */
  fill(leaveBytes: number): () => void;
  close(): void;
}

/** Room for the spool of a run (`max_size` in `config.ts`), and some. */
const SIZE = "24m";
const PIECE = Buffer.alloc(256 * 1024);

/** Mounts one at the folder. Needs the rights of the sandbox, whose mounts end with it. */
export function mountSmallDisk(folder: string): SmallDisk {
  mkdirSync(folder, { mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=0700`, "tmpfs", folder]);
  const balloon = join(folder, "balloon");
  return {
    folder,
    fill(leaveBytes) {
      inflate(balloon, leaveBytes);
      return () => rmSync(balloon, { force: true });
    },
    close() {
      execFileSync("umount", ["--lazy", folder]);
    },
  };
}

/** Fills what there is, and gives the rest back. */
function inflate(balloon: string, leaveBytes: number): void {
  const descriptor = openSync(balloon, "a");
  let written = 0;
  try {
    for (let piece = PIECE; piece.length > 0; ) {
      try {
        written += writeSync(descriptor, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        piece = piece.subarray(0, piece.length >> 1);
      }
    }
  } finally {
    closeSync(descriptor);
  }
  truncateSync(balloon, Math.max(0, written - leaveBytes));
}
