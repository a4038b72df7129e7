import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { rawPublicKey } from "@scrim/hpke";

/**
 * What a key is for: `signing` keys sign bundles of grants, `policy` keys bundles of policies, and a `root` key the set of both (Ed25519); `service` keys open
 * the keys in bundles of grants, `reveal` keys what was sealed (X25519).
 */
export type KeyPurpose = "root" | "signing" | "policy" | "service" | "reveal";

const TYPES: Readonly<Record<KeyPurpose, "ed25519" | "x25519">> = {
  root: "ed25519",
  signing: "ed25519",
  policy: "ed25519",
  service: "x25519",
  reveal: "x25519",
};

/** Hexadecimal digits of a key's id. */
const KEY_ID_DIGITS = 16;

export interface KeyPairText {
  readonly id: string;
  /** PKCS #8 in PEM, for a file of mode 0600. */
  readonly privateKey: string;
  /** SPKI in PEM. */
  readonly publicKey: string;
}

/**
 * Makes a pair of keys.
 *
 * @example
 * ```ts
 * import { generateKeys, readPublicKey } from "@scrim/grants";
 * const { id, publicKey } = generateKeys("service");
 * console.log(readPublicKey("service", publicKey, "checkout.pub").id === id); // true
 * ```
 */
export function generateKeys(purpose: KeyPurpose): KeyPairText {
  const { publicKey, privateKey } = pairOf(purpose);
  return {
    id: keyIdOf(publicKey),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

function pairOf(purpose: KeyPurpose): { publicKey: KeyObject; privateKey: KeyObject } {
  return TYPES[purpose] === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("x25519");
}

/** A key with its id, which is made of its public half. */
export interface Key {
  readonly id: string;
  readonly key: KeyObject;
}

/** @throws {OperatingError} `KEY_INVALID` where the text is no such key; `path` says where it is from */
export function readPrivateKey(purpose: KeyPurpose, pem: string, path: string): Key {
  const key = checked(purpose, path, "private", () => createPrivateKey(pem));
  return { id: keyIdOf(createPublicKey(key)), key };
}

/** @throws {OperatingError} `KEY_INVALID` where the text is no such key; `path` says where it is from */
export function readPublicKey(purpose: KeyPurpose, pem: string, path: string): Key {
  // Node makes a public key of a private one; here that would be a secret in the wrong place.
  const key = checked(purpose, path, "public", () => {
    if (pem.includes("PRIVATE KEY")) throw new TypeError();
    return createPublicKey(pem);
  });
  return { id: keyIdOf(key), key };
}

function checked(purpose: KeyPurpose, path: string, half: string, read: () => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    // told below, without the library's message, which may quote the text
  }
  if (key?.asymmetricKeyType === TYPES[purpose]) return key;
  throw new OperatingError("KEY_INVALID", `no ${half} ${TYPES[purpose]} key in PEM`, {
    path,
    hint: `make a pair with: scrim ${purpose === "reveal" ? "reveal keygen" : `grant keygen ${purpose}`}`,
  });
}

/** The first half of SHA-256 of the raw public key, which tells keys apart and proves nothing. */
function keyIdOf(publicKey: KeyObject): string {
  return createHash("sha256").update(rawPublicKey(publicKey)).digest("hex").slice(0, KEY_ID_DIGITS);
}
