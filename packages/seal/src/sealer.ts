import { createCipheriv, createHash, type KeyObject } from "node:crypto";
import { exportSecret, rawPublicKey } from "@scrim/hpke";
import { PlaintextWriter, type ValueFacts } from "./plaintext-writer.ts";
import {
  COUNTER_BYTES,
  HEADER_BYTES,
  PLAINTEXT_BYTES_MAX,
  RECIPIENT_BYTES,
  TAG_BYTES,
  writeToken,
} from "./sealed-token.ts";

/** Names the protocol to HPKE. */
export const INFO = Buffer.from("scrim-seal/1");
export const EPOCH_KEY = Buffer.from("epoch key");

/** After this long, or so many values, a key is left and its successor made. */
const EPOCH_MS = 600_000;
const EPOCH_VALUES_MAX = 2 ** 20;

const NONCE_BYTES = 12;

export interface SealerOptions {
  /** The public key (X25519) that values are sealed to, for this tenant and period. */
  readonly recipient: KeyObject;
  /** Whose values are sealed here. */
  readonly tenant: string;
  /** Name and version of the policy. */
  readonly policy: string;
  /** Milliseconds since 1970, and milliseconds that only go forward; the system's unless given. */
  readonly clock?: SealerClock;
}

export interface SealerClock {
  wallMs(): number;
  monotonicMs(): number;
}

/** The keys of one epoch: one key agreement for many values. */
interface Epoch {
  readonly processId: number;
  readonly untilMs: number;
  readonly key: Buffer;
  /** Room for the largest token. Recipient and enc are in it from the beginning; counter, ciphertext and tag are each value's. */
  readonly token: Buffer;
  /** The token's header, where it lies in it. */
  readonly header: Buffer;
  /** Ends with the counter. */
  readonly nonce: Buffer;
  count: number;
}

/**
 * Seals values to a public key, so that whoever seals can't open. A key agreement serves for ten minutes or a million values; its key is never
 * written down, and a process that was forked makes its own.
 *
 * @example
 * ```ts
 * import { generateKeyPairSync } from "node:crypto";
 * import { Opener, Sealer } from "@scrim/seal";
 * const { publicKey, privateKey } = generateKeyPairSync("x25519");
 * const sealer = new Sealer({ recipient: publicKey, tenant: "shop", policy: "default/1" });
 * const facts = { service: "checkout", path: "user.email", class: "direct_identifier", traceId: "" };
 * const token = sealer.seal("jane@shop.example", facts);
 * console.log(new Opener([privateKey]).open(token!)?.value); // jane@shop.example
 * ```
 */
export class Sealer {
  readonly #recipient: KeyObject;
  readonly #recipientId: Buffer;
  readonly #plaintexts: PlaintextWriter;
  readonly #clock: SealerClock;
  #epoch: Epoch | undefined;

  constructor(options: SealerOptions) {
    this.#recipient = options.recipient;
    this.#plaintexts = new PlaintextWriter(options);
    this.#clock = options.clock ?? { wallMs: Date.now, monotonicMs: () => performance.now() };
    this.#recipientId = recipientIdOf(options.recipient);
  }

  /** A token for a value; undefined where it is too long to be sealed. */
  seal(value: string, facts: ValueFacts): string | undefined {
    const epoch = this.#current();
    const plaintext = this.#plaintexts.write(value, facts, Math.floor(this.#clock.wallMs() / 1_000));
    if (plaintext === undefined) return undefined;
    const { token, header, nonce } = epoch;
    token.writeUInt32BE(epoch.count, HEADER_BYTES - COUNTER_BYTES);
    nonce.writeUInt32BE(epoch.count, NONCE_BYTES - COUNTER_BYTES);
    epoch.count++; // whatever happens next, this nonce is used
    const cipher = createCipheriv("aes-256-gcm", epoch.key, nonce); // with a tag of 16 bytes
    cipher.setAAD(header);
    token.set(cipher.update(plaintext), HEADER_BYTES);
    cipher.final(); // GCM keeps nothing back: it is empty
    const end = HEADER_BYTES + plaintext.length;
    token.set(cipher.getAuthTag(), end);
    return writeToken(token, end + TAG_BYTES);
  }

  #current(): Epoch {
    const now = this.#clock.monotonicMs();
    const epoch = this.#epoch;
    const isUsable =
      epoch !== undefined &&
      now < epoch.untilMs &&
      epoch.count < EPOCH_VALUES_MAX &&
      epoch.processId === process.pid;
    return isUsable ? epoch : (this.#epoch = this.#begin(now));
  }

  #begin(now: number): Epoch {
    const { enc, secret } = exportSecret(this.#recipient, INFO, EPOCH_KEY);
    const token = Buffer.alloc(HEADER_BYTES + PLAINTEXT_BYTES_MAX + TAG_BYTES);
    this.#recipientId.copy(token);
    enc.copy(token, RECIPIENT_BYTES);
    return {
      processId: process.pid,
      untilMs: now + EPOCH_MS,
      key: secret,
      token,
      header: token.subarray(0, HEADER_BYTES),
      nonce: Buffer.alloc(NONCE_BYTES),
      count: 0,
    };
  }
}

/** What a token names its recipient by. */
export function recipientIdOf(publicKey: KeyObject): Buffer {
  return createHash("sha256").update(rawPublicKey(publicKey)).digest().subarray(0, RECIPIENT_BYTES);
}

/** A key is of one epoch, and a counter of one value of it. */
export function nonceOf(header: Buffer): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  header.copy(nonce, NONCE_BYTES - COUNTER_BYTES, header.length - COUNTER_BYTES);
  return nonce;
}
