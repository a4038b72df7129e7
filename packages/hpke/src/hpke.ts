import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/*
 * HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Of primitives of
 * node:crypto, since Node 22 has no crypto.encapsulate.
 */

const KEM_ID = Buffer.of(0x00, 0x20);
const KEM_SUITE = Buffer.concat([Buffer.from("KEM"), KEM_ID]);
const VERSION = Buffer.from("HPKE-v1");

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PUBLIC_KEY_BYTES = 32;
const BASE_MODE = Buffer.of(0x00);

const NOTHING = Buffer.alloc(0);

/** What the RFC calls a cipher suite, of which the KEM and the KDF stay the same here. */
export interface Suite {
  /** `suite_id` of section 5.1. */
  readonly id: Buffer;
  readonly cipher: CipherGCMTypes;
  readonly keyBytes: number;
}

const AES_256_GCM: Suite = { id: suiteId(0x0002), cipher: "aes-256-gcm", keyBytes: 32 };
/** For test vectors: the RFC prints none for AES-256-GCM. */
export const AES_128_GCM: Suite = { id: suiteId(0x0001), cipher: "aes-128-gcm", keyBytes: 16 };

function suiteId(aead: number): Buffer {
  return Buffer.concat([Buffer.from("HPKE"), KEM_ID, Buffer.of(0x00, 0x01, 0x00, aead)]);
}

/** What is made anew for each message, and what is the same for all; given for test vectors alone. */
export interface Fixed {
  readonly ephemeral?: KeyPair;
  readonly suite?: Suite;
}

/** What only the holder of a private key can open. */
export interface Sealed {
  /** The ephemeral public key, 32 bytes. */
  readonly enc: Buffer;
  /** With its tag of 16 bytes behind it. */
  readonly ciphertext: Buffer;
}

/** What a sealed text is bound to: `info` names the protocol, `aad` the place. Neither is in it. */
export interface Binding {
  readonly info: Buffer;
  readonly aad: Buffer;
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * Seals one text to an X25519 public key (RFC 9180 section 6.1, SealBase).
 *
 * @example
 * ```ts
 * import { generateKeyPairSync } from "node:crypto";
 * import { open, seal } from "@scrim/hpke";
 * const { publicKey, privateKey } = generateKeyPairSync("x25519");
 * const binding = { info: Buffer.from("example/1"), aad: Buffer.from("place") };
 * const sealed = seal(publicKey, binding, Buffer.from("secret"));
 * console.log(open(privateKey, binding, sealed)?.toString()); // secret
 * ```
 */
export function seal(
  recipient: KeyObject,
  { info, aad }: Binding,
  plaintext: Buffer,
  fixed: Fixed = {},
): Sealed {
  const { enc, schedule } = setupSender(recipient, info, fixed);
  const { key, nonce } = messageKey(schedule);
  const cipher = createCipheriv(schedule.suite.cipher, key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  return { enc, ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]) };
}

/** Opens what was sealed to this key; undefined where it was not, or not under this binding. */
export function open(
  recipient: KeyObject,
  { info, aad }: Binding,
  sealed: Sealed,
  suite: Suite = AES_256_GCM,
): Buffer | undefined {
  const { enc, ciphertext } = sealed;
  if (ciphertext.length < TAG_BYTES) return undefined;
  try {
    const { key, nonce } = messageKey(setupReceiver(recipient, info, enc, suite));
    const end = ciphertext.length - TAG_BYTES;
    const decipher = createDecipheriv(suite.cipher, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(aad)
      .setAuthTag(ciphertext.subarray(end));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
  } catch {
    return undefined; // a wrong tag, or a point of small order
  }
}

/** A secret of 32 bytes that two sides have, and what one of them sends so that the other has it. */
export interface SharedSecret {
  /** The ephemeral public key, 32 bytes. */
  readonly enc: Buffer;
  readonly secret: Buffer;
}

/**
 * Makes a secret that only the holder of a private key can make again (SetupBaseS and Export, sections 5.1 and 5.3).
 * `context` tells the secrets of one use apart.
 */
export function exportSecret(
  recipient: KeyObject,
  info: Buffer,
  context: Buffer,
  fixed: Fixed = {},
): SharedSecret {
  const { enc, schedule } = setupSender(recipient, info, fixed);
  return { enc, secret: exported(schedule, context) };
}

/** The same secret at the other side; undefined where `enc` is no public key. */
export function importSecret(
  recipient: KeyObject,
  info: Buffer,
  context: Buffer,
  enc: Buffer,
  suite: Suite = AES_256_GCM,
): Buffer | undefined {
  try {
    return exported(setupReceiver(recipient, info, enc, suite), context);
  } catch {
    return undefined;
  }
}

/** What keys are made of, in base mode (section 5.1). */
interface Schedule {
  readonly suite: Suite;
  readonly prk: Buffer;
  readonly context: Buffer;
}

function setupSender(
  recipient: KeyObject,
  info: Buffer,
  { ephemeral = generateKeyPairSync("x25519"), suite = AES_256_GCM }: Fixed,
): { enc: Buffer; schedule: Schedule } {
  const enc = rawPublicKey(ephemeral.publicKey);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const secret = kemSecret(shared, enc, rawPublicKey(recipient));
  return { enc, schedule: scheduleOf(suite, secret, info) };
}

/** Throws where `enc` is no public key. */
function setupReceiver(recipient: KeyObject, info: Buffer, enc: Buffer, suite: Suite): Schedule {
  if (enc.length !== PUBLIC_KEY_BYTES) throw new RangeError();
  const shared = diffieHellman({ privateKey: recipient, publicKey: publicKeyOf(enc) });
  return scheduleOf(suite, kemSecret(shared, enc, rawPublicKey(createPublicKey(recipient))), info);
}

/** ExtractAndExpand of DHKEM (section 4.1). */
function kemSecret(shared: Buffer, enc: Buffer, recipient: Buffer): Buffer {
  const prk = labeledExtract(KEM_SUITE, NOTHING, "eae_prk", shared);
  return labeledExpand(KEM_SUITE, prk, "shared_secret", Buffer.concat([enc, recipient]), SECRET_BYTES);
}

/** KeySchedule in base mode, without a pre-shared key (section 5.1). */
function scheduleOf(suite: Suite, secret: Buffer, info: Buffer): Schedule {
  const pskIdHash = labeledExtract(suite.id, NOTHING, "psk_id_hash", NOTHING);
  const infoHash = labeledExtract(suite.id, NOTHING, "info_hash", info);
  return {
    suite,
    context: Buffer.concat([BASE_MODE, pskIdHash, infoHash]),
    prk: labeledExtract(suite.id, secret, "secret", NOTHING),
  };
}

function messageKey({ suite, prk, context }: Schedule): { key: Buffer; nonce: Buffer } {
  return {
    key: labeledExpand(suite.id, prk, "key", context, suite.keyBytes),
    nonce: labeledExpand(suite.id, prk, "base_nonce", context, NONCE_BYTES),
  };
}

/** Section 5.3. */
function exported({ suite, prk, context }: Schedule, exporterContext: Buffer): Buffer {
  const exporter = labeledExpand(suite.id, prk, "exp", context, SECRET_BYTES);
  return labeledExpand(suite.id, exporter, "sec", exporterContext, SECRET_BYTES);
}

function labeledExtract(suite: Buffer, salt: Buffer, label: string, material: Buffer): Buffer {
  return hmac(salt, [VERSION, suite, Buffer.from(label), material]);
}

/** HKDF-Expand, of which one block of 32 bytes is enough here. */
function labeledExpand(suite: Buffer, prk: Buffer, label: string, info: Buffer, length: number): Buffer {
  const size = Buffer.of(length >> 8, length & 0xff);
  return hmac(prk, [size, VERSION, suite, Buffer.from(label), info, Buffer.of(1)]).subarray(0, length);
}

function hmac(key: Buffer, parts: readonly Buffer[]): Buffer {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** The 32 bytes of an X25519 or Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).x!, "base64url");
}

function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: "OKP", crv: "X25519", x: raw.toString("base64url") },
    format: "jwk",
  });
}
