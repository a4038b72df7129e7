import { type GrantInput, GrantSchema, generateKeys } from "@scrim/grants";
import type { ServiceName, StoredGrant, StoredService } from "../src/grants/grant-store.ts";

/* Shared by the tests of this package. */

export const NAME: ServiceName = { service: "checkout", environment: "production" };
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const GRANT_ID = "00112233aabbccdd";

/** 2027-01-15T08:00:00Z, in seconds. */
export const NOW = 1_800_000_000;

export function storedGrant(changes: Partial<GrantInput> = {}): StoredGrant {
  const grant = GrantSchema.parse({
    id: GRANT_ID,
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    not_before: NOW - 10,
    expires_at: NOW + 900,
    ...changes,
  });
  const key = Buffer.alloc(32, 7).toString("base64url");
  return { grant, key, audiences: [NAME], reason: "ticket 4711", created_at: grant.not_before };
}

/** A grant of the next traces, that holds now. */
export function predicateGrant(tracesMax: number, changes: Partial<GrantInput> = {}): StoredGrant {
  const nowS = Math.floor(Date.now() / 1000);
  return storedGrant({
    selector: { where: "url.path == '/pay'" },
    traces_max: tracesMax,
    not_before: nowS - 10,
    expires_at: nowS + 900,
    ...changes,
  });
}

export function storedService(publicKey: string = generateKeys("service").publicKey): StoredService {
  return { ...NAME, keys: [{ id: "0123456789abcdef", public_key: publicKey, enrolled_at: NOW }] };
}
