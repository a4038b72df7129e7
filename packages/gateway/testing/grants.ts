import {
  type Clock,
  type GrantInput,
  GrantSchema,
  type GrantSet,
  type KeyedGrant,
  mintToken,
} from "@scrim/grants";

/* Grants for tests: all in one set, on a clock that stands still until it is told. */

export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
export const GRANT_ID = "00112233aabbccdd";
export const GRANT_KEY: Buffer = Buffer.alloc(32, 7);

/** 2027-01-15T08:00:00Z, in seconds. */
export const NOW = 1_800_000_000;

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

/** A grant for {@link TRACE_ID}, unless told otherwise. */
export function keyedGrant(changes: Partial<GrantInput> = {}): KeyedGrant {
  const grant = GrantSchema.parse({
    id: GRANT_ID,
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    not_before: NOW - 10,
    expires_at: NOW + 900,
    ...changes,
  });
  return { grant, key: GRANT_KEY };
}

/** A grant that names no trace of these tests, so that only tokens show for it. */
export function tokenGrant(changes: Partial<GrantInput> = {}): KeyedGrant {
  return keyedGrant({ selector: { trace_ids: ["f".repeat(32)] }, ...changes });
}

export function putGrants(set: GrantSet, grants: readonly KeyedGrant[], lifeS = 900): void {
  const audience = { service: "gateway", environment: "production" };
  set.replace({ audience, version: 1, issuedAt: NOW, expiresAt: NOW + lifeS, grants });
}

export interface TestToken {
  readonly key?: Buffer;
  readonly grant?: string;
  readonly traceId?: string;
  readonly expiresAt?: number;
  readonly severity?: number;
}

/** A token that is good for {@link TRACE_ID} under {@link tokenGrant}, but for what is said. */
export function token(changes: TestToken = {}): string {
  const { key = GRANT_KEY, grant = GRANT_ID, traceId = TRACE_ID } = changes;
  const { expiresAt = NOW + 60, severity = 5 } = changes;
  return mintToken(key, { grant, expiresAt, severity }, traceId);
}
