import { type Binding, open, seal } from "@scrim/hpke";
import * as z from "zod";
import { type Grant, GrantSchema } from "./grant.ts";
import type { Key } from "./keys.ts";
import {
  DOCUMENT_BYTES_MAX,
  type DocumentKind,
  documentRefused,
  openDocument,
  type SignedDocument,
  signDocument,
} from "./signed-document.ts";

/*
 * All grants that are in force for a service in an environment, as a signed document. Each grant brings the key that mints its tokens, sealed to
 * the keys that the service has enrolled: who reads a bundle on its way can't mint.
 */

export const GRANT_BUNDLE: DocumentKind = {
  header: "scrim-bundle/1",
  domain: Buffer.from("scrim grant bundle v1\0"),
  what: "bundle of grants",
};
const KEY_INFO = Buffer.from("scrim grant key v1");

/** Room for a million trace ids. */
export const BUNDLE_BYTES_MAX: number = DOCUMENT_BYTES_MAX;

/** Grants in one bundle; each is looked at for every root. */
export const GRANTS_MAX = 1_000;

/** Keys that a service has enrolled at the same time: the old and the new one, and one more. */
export const RECIPIENTS_MAX = 8;

/** A bundle lives at most so long: what is revoked lives no longer where nothing newer arrives. */
const BUNDLE_LIFE_MAX_S = 3_600;

/** Bytes of the key that mints a grant's tokens. */
export const GRANT_KEY_BYTES = 32;

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, "base64url");
const Seconds = z.int().min(0).max(0xffffffff);

export const AudienceSchema = z.strictObject({
  service: z.string().min(1).max(256).describe("`service.name`"),
  environment: z.string().min(1).max(256).describe("`deployment.environment.name`"),
});

const BundleSchema = z
  .strictObject({
    audience: AudienceSchema,
    version: z.int().min(1).describe("Rises with each bundle for this audience."),
    issued_at: Seconds,
    expires_at: Seconds,
    grants: z
      .array(
        z.strictObject({
          grant: GrantSchema,
          keys: z
            .array(
              z.strictObject({
                to: z.string().regex(/^[0-9a-f]{16}$/),
                enc: Base64Url,
                sealed: Base64Url,
              }),
            )
            .max(RECIPIENTS_MAX),
        }),
      )
      .max(GRANTS_MAX),
  })
  .refine(
    ({ issued_at, expires_at }) => expires_at > issued_at && expires_at - issued_at <= BUNDLE_LIFE_MAX_S,
    { path: ["expires_at"], message: `must be at most ${BUNDLE_LIFE_MAX_S} s after issued_at` },
  );

/** Whom a bundle is for. */
export type Audience = z.output<typeof AudienceSchema>;

type BundleDocument = z.output<typeof BundleSchema>;

/** A grant with the key that mints its tokens. */
export interface KeyedGrant {
  readonly grant: Grant;
  readonly key: Buffer;
}

/** What is in a bundle whose signature was checked. Times are seconds since 1970 on the signer's clock. */
export interface Bundle extends SignedDocument {
  readonly audience: Audience;
  readonly grants: readonly KeyedGrant[];
}

/**
 * Signs a bundle. `recipients` are the service's enrolled public keys.
 *
 * @example
 * ```ts
 * import { generateKeys, openBundle, readPrivateKey, readPublicKey, signBundle } from "@scrim/grants";
 * const signing = generateKeys("signing");
 * const service = generateKeys("service");
 * const audience = { service: "checkout", environment: "production" };
 * const bytes = signBundle(
 *   { audience, version: 1, issuedAt: 1_800_000_000, expiresAt: 1_800_000_060, grants: [] },
 *   readPrivateKey("signing", signing.privateKey, "signing.key"),
 *   [readPublicKey("service", service.publicKey, "checkout.pub")],
 * );
 * const trusted = [readPublicKey("signing", signing.publicKey, "signing.pub")];
 * const own = [readPrivateKey("service", service.privateKey, "checkout.key")];
 * console.log(openBundle(bytes, { audience, trusted, own }).version); // 1
 * ```
 */
export function signBundle(bundle: Bundle, signing: Key, recipients: readonly Key[]): Buffer {
  const document: BundleDocument = {
    audience: bundle.audience,
    version: bundle.version,
    issued_at: bundle.issuedAt,
    expires_at: bundle.expiresAt,
    grants: bundle.grants.map(({ grant, key }) => ({
      grant,
      keys: recipients.map((recipient) => {
        const { enc, ciphertext } = seal(recipient.key, bindingOf(bundle.audience, grant.id), key);
        return {
          to: recipient.id,
          enc: enc.toString("base64url"),
          sealed: ciphertext.toString("base64url"),
        };
      }),
    })),
  };
  return signDocument(GRANT_BUNDLE, document, signing);
}

export interface OpenBundleOptions {
  readonly audience: Audience;
  /** Public keys of signers, of which two may be valid at once. An intake reads them at each bundle: they may be a getter's. */
  readonly trusted: readonly Key[];
  /** The service's private keys: the one in use, and before it is rotated out the one before. */
  readonly own: readonly Key[];
}

/**
 * Checks the signature over the bytes as they are, then parses them and opens the keys of grants. A grant whose key is sealed to
 * none of ours is left out: without it nothing can be verified.
 *
 * @throws {OperatingError} `BUNDLE_REFUSED` where anything is wrong; the message says what, and never quotes
 */
export function openBundle(bytes: Buffer, { audience, trusted, own }: OpenBundleOptions): Bundle {
  const document = openDocument(GRANT_BUNDLE, bytes, trusted, BundleSchema);
  const { audience: claimed } = document;
  if (claimed.service !== audience.service || claimed.environment !== audience.environment) {
    throw documentRefused(
      GRANT_BUNDLE,
      "it is for another service or environment",
      "ask for the bundle of this one",
    );
  }
  return {
    audience,
    version: document.version,
    issuedAt: document.issued_at,
    expiresAt: document.expires_at,
    grants: document.grants.flatMap(({ grant, keys }) => {
      const key = openKey(keys, own, bindingOf(audience, grant.id));
      return key === undefined ? [] : [{ grant, key }];
    }),
  };
}

function openKey(
  keys: BundleDocument["grants"][number]["keys"],
  own: readonly Key[],
  binding: Binding,
): Buffer | undefined {
  for (const { to, enc, sealed } of keys) {
    const recipient = own.find((key) => key.id === to);
    if (recipient === undefined) continue;
    const key = open(recipient.key, binding, {
      enc: Buffer.from(enc, "base64url"),
      ciphertext: Buffer.from(sealed, "base64url"),
    });
    if (key?.length === GRANT_KEY_BYTES) return key;
  }
  return undefined;
}

/** A key can't be moved to another grant or audience. Lengths keep the parts apart. */
function bindingOf({ service, environment }: Audience, grant: string): Binding {
  const parts = [service, environment, grant].map((part) => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return { info: KEY_INFO, aad: Buffer.concat(parts) };
}
