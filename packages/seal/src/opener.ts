import { createDecipheriv, createPublicKey, type KeyObject } from "node:crypto";
import { importSecret } from "@scrim/hpke";
import { decodeOpened, type Opened } from "./sealed-facts.ts";
import { ENC_BYTES, parseToken, RECIPIENT_BYTES, TAG_BYTES, type TokenParts } from "./sealed-token.ts";
import { EPOCH_KEY, INFO, nonceOf, recipientIdOf } from "./sealer.ts";

/** Keys of epochs that are kept: each saves a key agreement, and takes 200 bytes. */
const EPOCHS_MAX = 4_096;

/** Opens tokens, with the private keys of their recipients. */
export class Opener {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #other: KeyObject;
  /** By recipient and enc; the one that was used longest ago is first. */
  readonly #epochs = new Map<string, Buffer>();

  /** @param keys X25519, one at least */
  constructor(keys: readonly [KeyObject, ...KeyObject[]]) {
    this.#keys = new Map(keys.map((key) => [recipientIdOf(createPublicKey(key)).toString("hex"), key]));
    this.#other = keys[0];
  }

  /** What a token holds; undefined where it is none, for another key, or changed: these are not told apart, in time either. */
  open(token: string): Opened | undefined {
    const parts = parseToken(token);
    if (parts === undefined) return undefined;
    const epoch = parts.header.toString("latin1", 0, RECIPIENT_BYTES + ENC_BYTES);
    const key = this.#epochs.get(epoch) ?? this.#epochKey(parts);
    const plaintext = key && decrypt(key, parts);
    if (plaintext === undefined) return undefined;
    this.#remember(epoch, key!);
    return decodeOpened(plaintext);
  }

  #epochKey({ header }: TokenParts): Buffer | undefined {
    const recipient = header.toString("hex", 0, RECIPIENT_BYTES);
    // An unknown recipient costs what a known one does, and its tag is wrong.
    const key = this.#keys.get(recipient) ?? this.#other;
    const enc = header.subarray(RECIPIENT_BYTES, RECIPIENT_BYTES + ENC_BYTES);
    return importSecret(key, INFO, EPOCH_KEY, enc);
  }

  /** As the one that was used last. Keys that opened nothing are not kept, so that nobody can push out the others. */
  #remember(epoch: string, key: Buffer): void {
    this.#epochs.delete(epoch);
    if (this.#epochs.size === EPOCHS_MAX) this.#epochs.delete(this.#epochs.keys().next().value!);
    this.#epochs.set(epoch, key);
  }
}

function decrypt(key: Buffer, { header, ciphertext, tag }: TokenParts): Buffer | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(header), { authTagLength: TAG_BYTES });
  decipher.setAAD(header).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return undefined;
  }
}
