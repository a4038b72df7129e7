import type { Audience, Bundle, KeyedGrant } from "../src/bundle.ts";
import type { Clock } from "../src/clock.ts";
import { type GrantInput, GrantSchema } from "../src/grant.ts";
import type { KeySet, KeyUse } from "../src/key-set.ts";
import { generateKeys, type Key, type KeyPurpose, readPrivateKey, readPublicKey } from "../src/keys.ts";
import { type PolicyBundle, policyDigest, type SharedPolicy } from "../src/policy-bundle.ts";
import type { RevealBundle } from "../src/reveal-bundle.ts";
import { type RevealGrant, RevealGrantSchema } from "../src/reveal-grant.ts";

/* Shared by the tests of this package. */

export const AUDIENCE: Audience = { service: "checkout", environment: "production" };
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

/** 2027-01-15T08:00:00Z, in seconds. */
export const NOW = 1_800_000_000;

/** A clock that stands still until it is told. */
export class TestClock implements Clock {
  wall: number = NOW * 1000;
  monotonic = 5_000;
  wallMs = (): number => this.wall;
  monotonicMs = (): number => this.monotonic;

  advance(seconds: number): void {
    this.wall += seconds * 1000;
    this.monotonic += seconds * 1000;
  }
}

export function grant(changes: Partial<GrantInput> = {}, key = 7): KeyedGrant {
  const grantDocument = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    not_before: NOW - 10,
    expires_at: NOW + 900,
    ...changes,
  });
  return { grant: grantDocument, key: Buffer.alloc(32, key) };
}

export function bundle(grants: readonly KeyedGrant[], changes: Partial<Bundle> = {}): Bundle {
  return { audience: AUDIENCE, version: 1, issuedAt: NOW, expiresAt: NOW + 60, grants, ...changes };
}

export function revealGrant(changes: Partial<RevealGrant> = {}): RevealGrant {
  return RevealGrantSchema.parse({
    id: "00112233aabbccdd",
    tenant: "shop",
    holder: { principal: "jane", people: ["jane"] },
    services: ["checkout"],
    classes: ["direct_identifier"],
    sealed_from: NOW - 3_600,
    sealed_until: NOW + 900,
    values_max: 5,
    not_before: NOW - 10,
    expires_at: NOW + 900,
    ...changes,
  });
}

export function revealBundle(
  grants: readonly RevealGrant[],
  changes: Partial<RevealBundle> = {},
): RevealBundle {
  return { audience: "reveal", version: 1, issuedAt: NOW, expiresAt: NOW + 60, grants, ...changes };
}

/** A set of keys that sign grants and reveals, unless told otherwise. */
export function keySet(
  keys: readonly Key[],
  changes: Partial<KeySet> = {},
  uses: readonly KeyUse[] = ["grants", "reveals"],
): KeySet {
  const each = keys.map((key) => ({ key, uses }));
  return { version: 1, issuedAt: NOW, expiresAt: NOW + 90 * 86_400, keys: each, ...changes };
}

export function sharedPolicy(text: string, changes: Partial<SharedPolicy> = {}): SharedPolicy {
  const documents = [{ name: "shop.yaml", text }];
  const digest = policyDigest(documents);
  return { id: "pol-0000000000000001", revision: 1, digest, share: 100, documents, ...changes };
}

export function policyBundle(
  policies: readonly SharedPolicy[],
  changes: Partial<PolicyBundle> = {},
): PolicyBundle {
  return { audience: AUDIENCE, version: 1, issuedAt: NOW, expiresAt: NOW + 3_600, policies, ...changes };
}

export function keys(purpose: KeyPurpose): { readonly privateKey: Key; readonly publicKey: Key } {
  const pair = generateKeys(purpose);
  return {
    privateKey: readPrivateKey(purpose, pair.privateKey, "test.key"),
    publicKey: readPublicKey(purpose, pair.publicKey, "test.pub"),
  };
}
