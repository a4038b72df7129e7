import * as z from "zod";
import type { Key } from "./keys.ts";
import { type RevealGrant, RevealGrantSchema } from "./reveal-grant.ts";
import {
  type DocumentKind,
  documentRefused,
  openDocument,
  type SignedDocument,
  signDocument,
} from "./signed-document.ts";

/*
 * All reveal grants that are in force, for one reveal service, as a signed document. It holds no secrets: the service has its own key. Who reads it
 * on its way learns who may look at what.
 */

export const REVEAL_BUNDLE: DocumentKind = {
  header: "scrim-reveals/1",
  domain: Buffer.from("scrim reveal bundle v1\0"),
  what: "bundle of reveal grants",
};

/** A bundle lives at most so long: what is revoked lives no longer where nothing newer arrives. */
export const REVEAL_BUNDLE_LIFE_MAX_S = 60;

/** Grants in one bundle. */
export const REVEAL_GRANTS_MAX = 10_000;

const Seconds = z.int().min(0).max(0xffffffff);

const RevealBundleSchema = z
  .strictObject({
    audience: z.string().min(1).max(128).describe("Name of the reveal service."),
    version: z.int().min(1).describe("Rises with each bundle for this audience."),
    issued_at: Seconds,
    expires_at: Seconds,
    grants: z.array(RevealGrantSchema).max(REVEAL_GRANTS_MAX),
  })
  .refine(
    ({ issued_at, expires_at }) =>
      expires_at > issued_at && expires_at - issued_at <= REVEAL_BUNDLE_LIFE_MAX_S,
    { path: ["expires_at"], message: `must be at most ${REVEAL_BUNDLE_LIFE_MAX_S} s after issued_at` },
  )
  .refine(({ grants }) => new Set(grants.map(({ id }) => id)).size === grants.length, {
    path: ["grants"],
    message: "each grant is there once",
  });

/** What is in a bundle of reveal grants whose signature was checked. Times are seconds since 1970 on the signer's clock. */
export interface RevealBundle extends SignedDocument {
  /** Name of the reveal service that it is for. */
  readonly audience: string;
  readonly grants: readonly RevealGrant[];
}

/**
 * Signs a bundle of reveal grants.
 *
 * @example
 * ```ts
 * import { generateKeys, openRevealBundle, readPrivateKey, readPublicKey, signRevealBundle } from "@scrim/grants";
 * const signing = generateKeys("signing");
 * const bytes = signRevealBundle(
 *   { audience: "reveal", version: 1, issuedAt: 1_800_000_000, expiresAt: 1_800_000_060, grants: [] },
 *   readPrivateKey("signing", signing.privateKey, "signing.key"),
 * );
 * const trusted = [readPublicKey("signing", signing.publicKey, "signing.pub")];
 * console.log(openRevealBundle(bytes, { audience: "reveal", trusted }).version); // 1
 * ```
 */
export function signRevealBundle(bundle: RevealBundle, signing: Key): Buffer {
  const { audience, version, issuedAt: issued_at, expiresAt: expires_at, grants } = bundle;
  const document: z.input<typeof RevealBundleSchema> = {
    audience,
    version,
    issued_at,
    expires_at,
    grants: [...grants],
  };
  return signDocument(REVEAL_BUNDLE, document, signing);
}

export interface OpenRevealBundleOptions {
  /** Name of the reveal service. */
  readonly audience: string;
  /** Public keys of signers, of which two may be valid at once. An intake reads them at each bundle: they may be a getter's. */
  readonly trusted: readonly Key[];
}

/**
 * Checks the signature over the bytes as they are, then parses them.
 *
 * @throws {OperatingError} `BUNDLE_REFUSED` where anything is wrong; the message says what, and never quotes
 */
export function openRevealBundle(
  bytes: Buffer,
  { audience, trusted }: OpenRevealBundleOptions,
): RevealBundle {
  const document = openDocument(REVEAL_BUNDLE, bytes, trusted, RevealBundleSchema);
  if (document.audience !== audience) {
    throw documentRefused(
      REVEAL_BUNDLE,
      "it is for another reveal service",
      "ask for the bundle of this one",
    );
  }
  const { version, issued_at: issuedAt, expires_at: expiresAt, grants } = document;
  return { audience, version, issuedAt, expiresAt, grants };
}
