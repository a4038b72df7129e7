import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import type { Intake } from "./document-intake.ts";
import { DOCUMENT_BYTES_MAX } from "./signed-document.ts";
import type { BundleSource } from "./sources.ts";

/** A revocation has a second to arrive. */
const INTERVAL_MS = 500;

/** Others may neither read nor write the file. */
const OTHERS = 0o077;

export interface FileSourceOptions {
  /** Whether what it holds is for its owner alone; it is unless told. */
  readonly isPrivate?: boolean;
}

/** A bundle in a file, of mode 0600 unless it is public, that something else replaces. */
export class FileSource implements BundleSource {
  readonly #path: string;
  readonly #intervalMs: number;
  readonly #isPrivate: boolean;
  #timer: NodeJS.Timeout | undefined;
  /** Of the file when it was read. */
  #seen = "";

  constructor(path: string, intervalMs = INTERVAL_MS, { isPrivate = true }: FileSourceOptions = {}) {
    this.#path = path;
    this.#isPrivate = isPrivate;
    this.#intervalMs = intervalMs;
  }

  start(intake: Intake, told: (problem: unknown) => void): void {
    const look = () => {
      const stamp = stampOf(this.#path);
      if (stamp === this.#seen) return;
      this.#seen = stamp;
      try {
        intake.accept(read(this.#path, intake.what ?? "bundle", this.#isPrivate));
      } catch (problem) {
        told(problem);
      }
    };
    look();
    this.#timer = setInterval(look, this.#intervalMs).unref();
  }

  /** Reads the file at the next look, though it is the same. */
  look(): void {
    this.#seen = "";
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, mode } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${mode}`;
  } catch {
    return "unreadable";
  }
}

/** What is half written is refused by its signature, and read again when it is whole. */
function read(path: string, what: string, isPrivate: boolean): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    throw unreadable(
      what,
      path,
      (cause as { code?: string }).code ?? "it can't be opened",
      `put the ${what} there`,
      cause,
    );
  }
  try {
    const { mode, size } = fstatSync(descriptor);
    if (isPrivate && process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw unreadable(what, path, "others than its owner may read or write it", `chmod 600 ${path}`);
    }
    if (size > DOCUMENT_BYTES_MAX)
      throw unreadable(what, path, `it has more than ${DOCUMENT_BYTES_MAX} bytes`, `is it a ${what}?`);
    const bytes = Buffer.alloc(size);
    const length = readSync(descriptor, bytes, 0, size, 0);
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(
  what: string,
  path: string,
  reason: string,
  hint: string,
  cause?: unknown,
): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `can't read the ${what}: ${reason}`, {
    path,
    hint,
    cause,
  });
}
