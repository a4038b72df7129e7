import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import type { SeenVersion, VersionStore } from "./document-intake.ts";

const SeenSchema = z.strictObject({
  version: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  signer: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
});

/** Keeps the newest version in a file of mode 0600, which is replaced whole. */
export class VersionFile implements VersionStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {OperatingError} `CONFIG_UNREADABLE` where there is a file that can't be read, or is none of ours */
  read(): SeenVersion | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (cause) {
      if ((cause as { code?: string }).code === "ENOENT") return undefined;
      throw this.#unreadable(cause);
    }
    try {
      return SeenSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  /** @throws {OperatingError} `CONFIG_UNREADABLE` where it can't be written */
  write(seen: SeenVersion): void {
    const next = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(next, JSON.stringify(seen), { mode: 0o600, flush: true });
      renameSync(next, this.#path);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  #unreadable(cause: unknown): OperatingError {
    return new OperatingError("CONFIG_UNREADABLE", "the newest version of the bundle can't be kept here", {
      path: this.#path,
      hint: "make the folder writable; where the file is broken, remove it once you know which bundle is the newest",
      cause,
    });
  }
}
