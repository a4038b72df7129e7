import { createHmac } from "node:crypto";
import {
  type Bundle,
  type GrantInput,
  GrantSchema,
  generateKeys,
  type KeyedGrant,
  type KeyPairText,
  readPrivateKey,
  readPublicKey,
  signBundle,
} from "@scrim/grants";

/* A signer and a service that is enrolled with it, and what they would make of the time that it is. */

export const AUDIENCE = { service: "shop", environment: "production" };

/** The trace that is attacked. */
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

/** 2027-01-15T08:00:00Z, in seconds: when each test begins. */
export const NOW = 1_800_000_000;

/** A grant for some trace that no request here belongs to, so that only tokens show for it. */
export function grant(changes: Partial<GrantInput> = {}, key = 7): KeyedGrant {
  const document = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: ["f".repeat(32)] },
    level: "debug",
    not_before: NOW - 60,
    expires_at: NOW + 900,
    ...changes,
  });
  return { grant: document, key: Buffer.alloc(32, key) };
}

/** Approves a trace by its id. */
export const grantFor = (traceId: string, changes: Partial<GrantInput> = {}): KeyedGrant =>
  grant({ selector: { trace_ids: [traceId] }, ...changes });

export interface Enrolment {
  readonly signing: KeyPairText;
  readonly service: KeyPairText;
  sign(grants: readonly KeyedGrant[], changes?: BundleChanges): Buffer;
}

export interface BundleChanges extends Partial<Bundle> {
  /** Who signs it, and for whom its keys are sealed, if not those who should. */
  readonly signer?: KeyPairText;
  readonly recipient?: KeyPairText;
}

export function enrol(): Enrolment {
  const signing = generateKeys("signing");
  const service = generateKeys("service");
  return {
    signing,
    service,
    sign(grants, { signer = signing, recipient = service, ...changes } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const times = { issuedAt: now, expiresAt: now + 60 };
      return signBundle(
        { audience: AUDIENCE, version: 1, ...times, grants, ...changes },
        readPrivateKey("signing", signer.privateKey, "signing.key"),
        [readPublicKey("service", recipient.publicKey, "service.pub")],
      );
    },
  };
}

export interface TokenChanges {
  readonly version?: number;
  readonly by?: KeyedGrant;
  readonly grantId?: string;
  readonly key?: Buffer;
  readonly traceId?: string;
  readonly expiresAt?: number;
  readonly severity?: number;
}

/**
 * A token that is good for the attacked trace, but for what is said. Made by its layout, and not with `mintToken`: version, grant, expiry,
 * severity, and half of an HMAC-SHA256 over the trace id and all that.
 */
export function token({ version = 1, by = grant(), severity = 5, ...changes }: TokenChanges = {}): string {
  const { grantId = by.grant.id, key = by.key, traceId = TRACE_ID, expiresAt = NOW + 60 } = changes;
  const claims = Buffer.alloc(14);
  claims[0] = version;
  claims.write(grantId, 1, 8, "hex");
  claims.writeUInt32BE(expiresAt, 9);
  claims[13] = severity;
  const tag = createHmac("sha256", key).update(Buffer.from(traceId, "hex")).update(claims).digest();
  return Buffer.concat([claims, tag.subarray(0, 16)]).toString("base64url");
}
