import { createHash } from "node:crypto";
import { type FileSource, readYamlFile } from "@scrim/pipeline";

/** A configuration as it is written: a YAML text, or what one would hold. */
export interface WrittenConfig {
  readonly config: string | object;
  /** The first 48 bits of its SHA-256: as many as a metric holds exactly. */
  readonly hash: number;
}

/** @throws {OperatingError} `CONFIG_UNREADABLE` */
export function readConfigFile(file: string, source?: FileSource): WrittenConfig {
  const { text, value } = readYamlFile(file, source && { source });
  return { config: value as object, hash: hashOf(text) }; // whether it is one is seen where it is checked
}

const HASH_BYTES = 6;

export function written(config: string | object): WrittenConfig {
  return { config, hash: hashOf(typeof config === "string" ? config : JSON.stringify(config)) };
}

function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, HASH_BYTES);
}
