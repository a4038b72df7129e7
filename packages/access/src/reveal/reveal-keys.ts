import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { readPrivateKey } from "@scrim/grants";
import { type Opened, Opener, parseToken } from "@scrim/seal";

/** Who holds the private keys: files here, or a service that keeps them in hardware. */
export interface RevealKeys {
  /**
   * What a token holds; undefined where it is none, for another key, or changed: these take as long as each other.
   *
   * @throws {OperatingError} `SOURCE_UNREACHABLE` where the keys can't be used now
   */
  open(token: string): Promise<Opened | undefined>;
}

/** Of a token: recipient, ephemeral key, counter, the smallest ciphertext and its tag. */
const DECOY_BYTES = 8 + 32 + 4 + 64 + 16;

/**
 * Keys of files, which `readSecret` reads.
 *
 * @throws {OperatingError} `KEY_INVALID`, and what `readSecret` throws
 */
export function fileRevealKeys(files: readonly string[], readSecret: (file: string) => string): RevealKeys {
  const keys = files.map((file) => readPrivateKey("reveal", readSecret(file), file).key);
  const [first, ...others] = keys;
  assert(first !== undefined);
  const opener = new Opener([first, ...others]);
  const decoy = `[SEALED:v1:${randomBytes(DECOY_BYTES).toString("base64url")}]`;
  return {
    // What is no token costs what one that was forged does.
    open: async (token) => opener.open(parseToken(token) === undefined ? decoy : token),
  };
}
