import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { parseBase64 } from "./note-text.ts";

/** Who signs: a log its checkpoints, or a witness what it has seen of a log. */
export type NoteKeyKind = "log" | "witness";

/** Signature types of c2sp.org/signed-note: Ed25519, and timestamped Ed25519 cosignatures. */
const TYPES: Readonly<Record<NoteKeyKind, number>> = { log: 0x01, witness: 0x04 };

/** A public key with the name that its signatures stand under. */
export interface NoteVerifier {
  readonly kind: NoteKeyKind;
  /** Of a log also its origin, the first line of its checkpoints. */
  readonly name: string;
  /** Four bytes, in hexadecimal: finds the key of a signature, and proves nothing. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

export interface NoteSigner extends NoteVerifier {
  readonly privateKey: KeyObject;
}

export interface NoteKeyTexts {
  /** `PRIVATE+KEY+name+id+…`, for a file of mode 0600. */
  readonly privateKey: string;
  /** `name+id+…`, as verifiers of signed notes take it. */
  readonly publicKey: string;
}

const NAME_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 1_024;
const KEY_BYTES = 32;
const PRIVATE_PREFIX = "PRIVATE+KEY+";

/** PKCS #8 of an Ed25519 private key, up to its 32 bytes (RFC 8410 §7). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** c2sp.org/signed-note: not empty, no Unicode spaces, no plus. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\p{White_Space}+]/u.test(name);
}

/**
 * Makes the keys of a log or a witness.
 *
 * @example
 * ```ts
 * import { generateNoteKeys, readVerifier } from "@scrim/audit";
 * const { publicKey } = generateNoteKeys("log", "shop.example/audit");
 * console.log(readVerifier("log", publicKey, "log.pub").name); // shop.example/audit
 * ```
 *
 * @throws {OperatingError} `INPUT_INVALID` where the name can't stand in a note
 */
export function generateNoteKeys(kind: NoteKeyKind, name: string): NoteKeyTexts {
  if (!isKeyName(name) || name.length > NAME_LENGTH_MAX || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw new OperatingError("INPUT_INVALID", "a key's name has no spaces and no plus", {
      hint: "take an address without https://, such as shop.example/audit",
    });
  }
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = rawPublicKey(publicKey);
  const start = `${name}+${keyIdOf(kind, name, raw)}+`;
  const seed = Buffer.from(privateKey.export({ format: "jwk" }).d!, "base64url");
  return {
    privateKey: `${PRIVATE_PREFIX}${start}${typed(kind, seed)}\n`,
    publicKey: `${start}${typed(kind, raw)}\n`,
  };
}

/** @throws {OperatingError} `KEY_INVALID` where the text is no such key; `path` says where it is from */
export function readVerifier(kind: NoteKeyKind, text: string, path: string): NoteVerifier {
  if (text.startsWith(PRIVATE_PREFIX)) throw noKey(kind, "public", path); // a secret in the wrong place
  const { name, keyId, key } = readParts(kind, "public", text, path);
  const publicKey = publicKeyOf(key);
  if (publicKey === undefined || keyIdOf(kind, name, key) !== keyId) throw noKey(kind, "public", path);
  return { kind, name, keyId, publicKey };
}

/** @throws {OperatingError} `KEY_INVALID` where the text is no such key; `path` says where it is from */
export function readSigner(kind: NoteKeyKind, text: string, path: string): NoteSigner {
  if (!text.startsWith(PRIVATE_PREFIX)) throw noKey(kind, "private", path);
  const { name, keyId, key } = readParts(kind, "private", text.slice(PRIVATE_PREFIX.length), path);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, key]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  if (keyIdOf(kind, name, rawPublicKey(publicKey)) !== keyId) throw noKey(kind, "private", path);
  return { kind, name, keyId, publicKey, privateKey };
}

/** The key as verifiers of signed notes take it. */
export function formatVerifier({ kind, name, keyId, publicKey }: NoteVerifier): string {
  return `${name}+${keyId}+${typed(kind, rawPublicKey(publicKey))}\n`;
}

/** The 32 bytes of an Ed25519 public key (RFC 8032). */
export function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).x!, "base64url");
}

function readParts(
  kind: NoteKeyKind,
  half: string,
  text: string,
  path: string,
): { name: string; keyId: string; key: Buffer } {
  const line = text.endsWith("\n") ? text.slice(0, -1) : text;
  const [name = "", keyId = "", ...rest] = line.length > TEXT_LENGTH_MAX ? [] : line.split("+");
  const data = parseBase64(rest.join("+"));
  const isKey = isKeyName(name) && /^[0-9a-f]{8}$/.test(keyId) && data?.length === 1 + KEY_BYTES;
  if (!isKey || data[0] !== TYPES[kind]) throw noKey(kind, half, path);
  return { name, keyId, key: data.subarray(1) };
}

function publicKeyOf(raw: Buffer): KeyObject | undefined {
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") };
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined; // the library's message might quote the text
  }
}

function typed(kind: NoteKeyKind, key: Buffer): string {
  return Buffer.concat([Buffer.of(TYPES[kind]), key]).toString("base64");
}

/** SHA-256(name, newline, type, key), the first four bytes. */
function keyIdOf(kind: NoteKeyKind, name: string, key: Buffer): string {
  const input = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(TYPES[kind]), key]);
  return hash("sha256", input, "hex").slice(0, 8);
}

function noKey(kind: NoteKeyKind, half: string, path: string): OperatingError {
  return new OperatingError("KEY_INVALID", `no ${half} key of a ${kind}`, {
    path,
    hint: `make a pair with: scrim audit keygen ${kind} --name NAME`,
  });
}
