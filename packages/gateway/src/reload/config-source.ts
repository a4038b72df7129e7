import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";

/** A configuration as it is written: a YAML text, or what one would hold. */
export interface WrittenConfig {
  readonly config: string | object;
  /** The first 48 bits of its SHA-256: as many as a metric holds exactly. */
  readonly hash: number;
}

/** @throws {OperatingError} `CONFIG_UNREADABLE` */
export function readConfigFile(file: string): WrittenConfig {
  try {
    return written(readFileSync(file, "utf8"));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatingError(
      "CONFIG_UNREADABLE",
      code === "ENOENT" ? "no such file" : `can't be read (${code})`,
      { path: file, cause },
    );
  }
}

const HASH_BYTES = 6;

export function written(config: string | object): WrittenConfig {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  return { config, hash: createHash("sha256").update(text).digest().readUIntBE(0, HASH_BYTES) };
}
