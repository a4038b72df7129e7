import { createHash } from "node:crypto";
import * as z from "zod";
import { type Audience, AudienceSchema } from "./bundle.ts";
import type { Key } from "./keys.ts";
import {
  type DocumentKind,
  documentRefused,
  openDocument,
  type SignedDocument,
  signDocument,
} from "./signed-document.ts";

/*
 * The redaction policies of a service in an environment, as a signed document: the one for all its processes, and before it one that a share of them
 * tries. Policies hold no secrets and name no keys.
 */

export const POLICY_BUNDLE: DocumentKind = {
  header: "scrim-policy/1",
  domain: Buffer.from("scrim policy bundle v1\0"),
  what: "bundle of policies",
};

/** How long a bundle may be handed on. Policies don't end with it: what is in force stays so. */
export const POLICY_BUNDLE_LIFE_MAX_S = 86_400;

/** Layers of one policy. */
const POLICY_DOCUMENTS_MAX = 16;

/** Characters of all documents of a policy, so that one can be proposed in one request. */
const POLICY_CHARACTERS_MAX = 524_288;

/** The one that is tried, and the one for all others. */
const POLICIES_MAX = 2;

const Seconds = z.int().min(0).max(0xffffffff);

export const PolicyIdSchema = z.string().regex(/^pol-[0-9a-f]{16}$/);

/** Documents of one policy, base first. Names stand in errors and explanations. */
export const PolicyDocumentsSchema = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, "letters, digits, `.`, `_` and `-`"),
      text: z.string().max(POLICY_CHARACTERS_MAX).describe("YAML, as in a policy file."),
    }),
  )
  .max(POLICY_DOCUMENTS_MAX)
  .refine((documents) => documents.reduce((sum, { text }) => sum + text.length, 0) <= POLICY_CHARACTERS_MAX, {
    message: `at most ${POLICY_CHARACTERS_MAX} characters`,
  });

const PolicyBundleSchema = z
  .strictObject({
    audience: AudienceSchema,
    version: z.int().min(1).describe("Rises with each bundle for this audience."),
    issued_at: Seconds,
    expires_at: Seconds,
    policies: z
      .array(
        z.strictObject({
          id: PolicyIdSchema,
          revision: z.int().min(1).describe("Counts the policies of a tenant."),
          digest: z.string().regex(/^[0-9a-f]{64}$/),
          share: z
            .int()
            .min(0)
            .max(100)
            .describe("Of all processes, in percent. The first that holds counts."),
          documents: PolicyDocumentsSchema.min(1),
        }),
      )
      .max(POLICIES_MAX),
  })
  .refine(
    ({ issued_at, expires_at }) =>
      expires_at > issued_at && expires_at - issued_at <= POLICY_BUNDLE_LIFE_MAX_S,
    { path: ["expires_at"], message: `must be at most ${POLICY_BUNDLE_LIFE_MAX_S} s after issued_at` },
  )
  .refine(({ policies }) => policies.every(({ documents, digest }) => policyDigest(documents) === digest), {
    path: ["policies"],
    message: "each digest is that of the documents",
  });

export type PolicyDocuments = z.output<typeof PolicyDocumentsSchema>;

/** A policy for a share of all processes. */
export type SharedPolicy = z.output<typeof PolicyBundleSchema>["policies"][number];

/** What is in a bundle of policies whose signature was checked. Times are seconds since 1970 on the signer's clock. */
export interface PolicyBundle extends SignedDocument {
  readonly audience: Audience;
  /** The first whose share a process is in is for it; without any the process has its local policy alone. */
  readonly policies: readonly SharedPolicy[];
}

/** SHA-256 in hexadecimal digits: tells policies apart, wherever they run. */
export function policyDigest(documents: PolicyDocuments): string {
  return createHash("sha256")
    .update(JSON.stringify(documents.map(({ name, text }) => [name, text])))
    .digest("hex");
}

/**
 * Signs a bundle of policies.
 *
 * @example
 * ```ts
 * import { generateKeys, openPolicyBundle, readPrivateKey, readPublicKey, signPolicyBundle } from "@scrim/grants";
 * const keys = generateKeys("policy");
 * const audience = { service: "checkout", environment: "production" };
 * const bytes = signPolicyBundle(
 *   { audience, version: 1, issuedAt: 1_800_000_000, expiresAt: 1_800_000_600, policies: [] },
 *   readPrivateKey("policy", keys.privateKey, "policy.key"),
 * );
 * const trusted = [readPublicKey("policy", keys.publicKey, "policy.pub")];
 * console.log(openPolicyBundle(bytes, { audience, trusted }).version); // 1
 * ```
 */
export function signPolicyBundle(bundle: PolicyBundle, signing: Key): Buffer {
  const { audience, version, issuedAt: issued_at, expiresAt: expires_at, policies } = bundle;
  const document: z.input<typeof PolicyBundleSchema> = {
    audience,
    version,
    issued_at,
    expires_at,
    policies: [...policies],
  };
  return signDocument(POLICY_BUNDLE, document, signing);
}

export interface OpenPolicyBundleOptions {
  readonly audience: Audience;
  /** Public keys of who signs policies, of which two may be valid at once. */
  readonly trusted: readonly Key[];
}

/**
 * Checks the signature over the bytes as they are, then parses them. Whether a policy in it can be used is for whoever compiles it.
 *
 * @throws {OperatingError} `BUNDLE_REFUSED` where anything is wrong; the message says what, and never quotes
 */
export function openPolicyBundle(
  bytes: Buffer,
  { audience, trusted }: OpenPolicyBundleOptions,
): PolicyBundle {
  const document = openDocument(POLICY_BUNDLE, bytes, trusted, PolicyBundleSchema);
  const { audience: claimed } = document;
  if (claimed.service !== audience.service || claimed.environment !== audience.environment) {
    throw documentRefused(
      POLICY_BUNDLE,
      "it is for another service or environment",
      "ask for the bundle of this one",
    );
  }
  const { version, issued_at: issuedAt, expires_at: expiresAt, policies } = document;
  return { audience, version, issuedAt, expiresAt, policies };
}

/**
 * The policy for a process, by its `service.instance.id`: always the same share of them, another one for each policy, and within any larger share of
 * the same policy. Undefined where none is for it.
 */
export function policyFor(policies: readonly SharedPolicy[], instance: string): SharedPolicy | undefined {
  return policies.find(({ id, share }) => percentileOf(id, instance) < share);
}

/** From 0 up to but not 100. */
function percentileOf(policy: string, instance: string): number {
  const hash = createHash("sha256").update(`scrim policy share v1\0${policy}\0${instance}`).digest();
  return (hash.readUInt32BE() / 2 ** 32) * 100;
}
