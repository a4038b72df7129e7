import { sign, verify } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { type Binding, open, seal } from "@scrim/hpke";
import * as z from "zod";
import { type Grant, GrantSchema } from "./grant.ts";
import type { Key } from "./keys.ts";

/*
 * All grants that are in force for a service in an environment, as bytes:
 *
 *   scrim-bundle/1 <id of the signing key> <signature in base64url> LF <document in JSON>
 *
 * The signature covers the document's bytes behind a prefix, and is checked before they are parsed. Each grant brings the key that mints its
 * tokens, sealed to the keys that the service has enrolled: who reads a bundle on its way can't mint.
 */

const HEADER = /^scrim-bundle\/1 ([0-9a-f]{16}) ([A-Za-z0-9_-]{86})$/;
const HEADER_BYTES_MAX = 128;
const SIGNATURE_DOMAIN = Buffer.from("scrim grant bundle v1\0");
const KEY_INFO = Buffer.from("scrim grant key v1");

/** Room for a million trace ids. */
export const BUNDLE_BYTES_MAX = 64 << 20;

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

const AudienceSchema = z.strictObject({
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
export interface Bundle {
  readonly audience: Audience;
  readonly version: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
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
  const payload = Buffer.from(JSON.stringify(document));
  const signature = sign(null, Buffer.concat([SIGNATURE_DOMAIN, payload]), signing.key);
  const header = `scrim-bundle/1 ${signing.id} ${signature.toString("base64url")}\n`;
  return Buffer.concat([Buffer.from(header), payload]);
}

export interface OpenBundleOptions {
  readonly audience: Audience;
  /** Public keys of signers, of which two may be valid at once. */
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
  const payload = verifiedPayload(bytes, trusted);
  const document = parseDocument(payload);
  const { audience: claimed } = document;
  if (claimed.service !== audience.service || claimed.environment !== audience.environment) {
    throw refused("it is for another service or environment", "ask for the bundle of this one");
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

function verifiedPayload(bytes: Buffer, trusted: readonly Key[]): Buffer {
  if (bytes.length > BUNDLE_BYTES_MAX) throw refused("it is too large", `at most ${BUNDLE_BYTES_MAX} bytes`);
  const end = bytes.subarray(0, HEADER_BYTES_MAX).indexOf("\n");
  const header = end < 0 ? null : HEADER.exec(bytes.toString("latin1", 0, end));
  if (header === null) throw refused("it does not begin like one", "is this the address of a bundle?");
  const [, id, signature] = header as unknown as [string, string, string];
  const signer = trusted.find((key) => key.id === id);
  if (signer === undefined) {
    throw refused("its signing key is not trusted", "enrol the signer's public key with this service");
  }
  const payload = bytes.subarray(end + 1);
  const signed = Buffer.concat([SIGNATURE_DOMAIN, payload]);
  const signatureBytes = Buffer.from(signature, "base64url");
  const isCanonical = signatureBytes.toString("base64url") === signature; // one text for one signature
  if (!isCanonical || !verify(null, signed, signer.key, signatureBytes)) {
    throw refused("its signature is wrong", "it was changed on its way, or signed with another key");
  }
  return payload;
}

function parseDocument(payload: Buffer): BundleDocument {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString());
  } catch {
    throw refused("it is no JSON", "the signer and this version of Scrim don't fit");
  }
  const result = BundleSchema.safeParse(json);
  if (result.success) return result.data;
  const path = result.error.issues[0]!.path.join(".");
  throw refused(`${path} is not as it should be`, "the signer and this version of Scrim don't fit");
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

function refused(reason: string, hint: string): OperatingError {
  return new OperatingError("BUNDLE_REFUSED", `the bundle of grants is refused: ${reason}`, { hint });
}
