import * as z from "zod";
import { type Key, readPublicKey } from "./keys.ts";
import {
  type DocumentKind,
  documentRefused,
  openDocument,
  type SignedDocument,
  signDocument,
} from "./signed-document.ts";

/*
 * All keys that may sign, and what each may sign, as a document signed by a root key that is kept offline. A key that is in it no more is removed: there is no
 * other list. Which root is believed, each process has in its own configuration.
 */

/** Bytes of a set: room for all its keys, and little more. */
export const KEY_SET_BYTES_MAX: number = 64 << 10;

export const KEY_SET: DocumentKind = {
  header: "scrim-keys/1",
  domain: Buffer.from("scrim key set v1\0"),
  what: "set of keys",
  bytesMax: KEY_SET_BYTES_MAX,
  untrustedHint: "is it signed with the root key whose public half is configured here?",
};

/** Keys in one set. Two or three for each control plane are in use. */
export const SIGNING_KEYS_MAX = 64;

/** Days that a set may hold. Where a newer one is withheld, a key that was removed is believed for so long. */
export const KEY_SET_DAYS_MAX = 400;

const LIFE_MAX_S = KEY_SET_DAYS_MAX * 86_400;

/** Kinds of documents that a key may sign. */
const KEY_USES = ["grants", "reveals", "policies"] as const;

export type KeyUse = (typeof KEY_USES)[number];

const Seconds = z.int().min(0).max(0xffffffff);

const KeySetSchema = z
  .strictObject({
    version: z.int().min(1).describe("Rises with each set of a root."),
    issued_at: Seconds,
    expires_at: Seconds,
    keys: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[0-9a-f]{16}$/),
          purposes: z.array(z.enum(KEY_USES)).min(1).max(KEY_USES.length),
          public_key: z.string().max(1_024).describe("Ed25519, SPKI in PEM."),
        }),
      )
      .max(SIGNING_KEYS_MAX),
  })
  .refine(({ issued_at, expires_at }) => expires_at > issued_at && expires_at - issued_at <= LIFE_MAX_S, {
    path: ["expires_at"],
    message: `must be at most ${KEY_SET_DAYS_MAX} days after issued_at`,
  })
  .refine(({ keys }) => new Set(keys.map(({ id }) => id)).size === keys.length, {
    path: ["keys"],
    message: "each key is there once",
  });

/** A public key, and what it may sign. */
export interface SigningKey {
  readonly key: Key;
  readonly uses: readonly KeyUse[];
}

/** What is in a set whose signature was checked. Times are seconds since 1970 on the clock of whoever has the root key. */
export interface KeySet extends SignedDocument {
  readonly keys: readonly SigningKey[];
}

/**
 * Signs a set of keys with a root key.
 *
 * @example
 * ```ts
 * import { generateKeys, openKeySet, readPrivateKey, readPublicKey, signKeySet } from "@scrim/grants";
 * const root = generateKeys("root");
 * const signing = generateKeys("signing");
 * const key = readPublicKey("signing", signing.publicKey, "signing.pub");
 * const bytes = signKeySet(
 *   { version: 1, issuedAt: 1_800_000_000, expiresAt: 1_807_776_000, keys: [{ key, uses: ["grants", "reveals"] }] },
 *   readPrivateKey("root", root.privateKey, "root.key"),
 * );
 * const roots = [readPublicKey("root", root.publicKey, "root.pub")];
 * console.log(openKeySet(bytes, roots).keys[0]?.key.id === signing.id); // true
 * ```
 */
export function signKeySet({ version, issuedAt, expiresAt, keys }: KeySet, root: Key): Buffer {
  const document: z.input<typeof KeySetSchema> = {
    version,
    issued_at: issuedAt,
    expires_at: expiresAt,
    keys: keys.map(({ key: { id, key }, uses }) => ({
      id,
      purposes: [...uses],
      public_key: key.export({ type: "spki", format: "pem" }).toString(),
    })),
  };
  return signDocument(KEY_SET, document, root);
}

/**
 * Checks the signature over the bytes as they are, by one of the `roots`, then parses them. A root that is among the keys is refused: it would not be offline.
 *
 * @throws {OperatingError} `BUNDLE_REFUSED` where anything is wrong; the message says what, and never quotes
 */
export function openKeySet(bytes: Buffer, roots: readonly Key[]): KeySet {
  const document = openDocument(KEY_SET, bytes, roots, KeySetSchema);
  const { version, issued_at: issuedAt, expires_at: expiresAt } = document;
  const keys = document.keys.map(({ id, purposes, public_key }, index) => ({
    key: publicKeyOf(id, public_key, index),
    uses: purposes,
  }));
  if (keys.some(({ key }) => roots.some((root) => root.id === key.id))) {
    throw documentRefused(
      KEY_SET,
      "a root key is among its keys",
      "make another pair for signing: scrim grant keygen signing",
    );
  }
  return { version, issuedAt, expiresAt, keys };
}

function publicKeyOf(id: string, pem: string, index: number): Key {
  let key: Key | undefined;
  try {
    key = readPublicKey("signing", pem, "");
  } catch {
    // told below
  }
  if (key?.id === id) return key;
  throw documentRefused(
    KEY_SET,
    `keys.${index} is no Ed25519 key of its id`,
    "sign the set again with: scrim grant sign-keys",
  );
}
