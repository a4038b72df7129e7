import { OperatingError } from "@scrim/errors";
import { GRANT_KEY_BYTES, GrantSchema, readPublicKey } from "@scrim/grants";
import * as z from "zod";
import { withLock } from "./file-lock.ts";
import { readPrivateFile, replacePrivateFile } from "./private-file.ts";

/*
 * What people decided: services and their public keys, grants and the keys that mint their tokens. One JSON file of mode 0600. Commands
 * change it, one at a time; the server reads it, and keeps what it counts in a file of its own.
 */

/** Bundles are made of it, and have at most twice that. */
const STORE_BYTES_MAX = 32 << 20;

/** How long what has ended is still listed. */
const KEPT_S = 24 * 3_600;

/** Letters, digits and marks of any script; nothing that moves a cursor or ends a line. */
const Name = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}*]+$/u, "no control characters and no *");
const Seconds = z.int().min(0).max(0xffffffff);

export const ReasonSchema = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "one line of text");

export const ServiceNameSchema = z.strictObject({ service: Name, environment: Name });

const StoredServiceSchema = z.strictObject({
  ...ServiceNameSchema.shape,
  keys: z.array(
    z.strictObject({
      id: z.string(),
      public_key: z.string(),
      enrolled_at: Seconds,
    }),
  ),
});

const StoredGrantSchema = z.strictObject({
  grant: GrantSchema,
  key: z.string(),
  audiences: z.array(ServiceNameSchema).min(1),
  reason: ReasonSchema,
  created_at: Seconds,
  revoked_at: Seconds.optional(),
});

const StoreSchema = z.strictObject({
  format: z.literal(1),
  services: z.array(StoredServiceSchema),
  grants: z.array(StoredGrantSchema),
});

export type ServiceName = z.output<typeof ServiceNameSchema>;
export type StoredService = z.output<typeof StoredServiceSchema>;
export type StoredGrant = z.output<typeof StoredGrantSchema>;
export type GrantStore = z.output<typeof StoreSchema>;

const EMPTY: GrantStore = { format: 1, services: [], grants: [] };

/**
 * The store; an empty one where there is no file.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` where others may read it, `STORE_UNUSABLE` where it is no store
 */
export function readStore(path: string): GrantStore {
  const text = readPrivateFile(path, STORE_BYTES_MAX);
  return text === undefined ? EMPTY : parseStore(text, path);
}

/**
 * Checked to the last key, so that nothing that is signed fails later.
 *
 * @throws {OperatingError} `STORE_UNUSABLE`; nothing of the text is in it
 */
export function parseStore(text: string, path: string): GrantStore {
  try {
    const store = StoreSchema.parse(JSON.parse(text));
    for (const { keys } of store.services)
      for (const key of keys) readPublicKey("service", key.public_key, path);
    for (const stored of store.grants) keyOf(stored);
    return store;
  } catch {
    throw new OperatingError("STORE_UNUSABLE", "it is no store of grants", {
      path,
      hint: "it is written by scrim grant enrol and scrim grant create alone",
    });
  }
}

/** The key that mints a grant's tokens. */
export function keyOf({ key }: StoredGrant): Buffer {
  const bytes = Buffer.from(key, "base64url");
  if (bytes.length !== GRANT_KEY_BYTES) throw new RangeError();
  return bytes;
}

/**
 * Changes the store while nobody else does. What ended a day ago leaves it.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where another process holds it for long, or it can't be written
 */
export async function changeStore(
  path: string,
  nowS: number,
  change: (store: GrantStore) => GrantStore,
): Promise<void> {
  await withLock(path, () => {
    const changed = change(readStore(path));
    const grants = changed.grants.filter((stored) => endOf(stored) + KEPT_S > nowS);
    const text = `${JSON.stringify({ ...changed, grants }, undefined, 2)}\n`;
    if (Buffer.byteLength(text) > STORE_BYTES_MAX) {
      throw new OperatingError("TOO_LARGE", `the store would have more than ${STORE_BYTES_MAX} bytes`, {
        path,
        hint: "name fewer traces, or wait until grants have ended",
      });
    }
    replacePrivateFile(path, text);
  });
}

function endOf({ grant, revoked_at }: StoredGrant): number {
  return Math.min(grant.expires_at, revoked_at ?? Number.POSITIVE_INFINITY);
}

export type GrantState = "active" | "scheduled" | "expired" | "revoked";

export function stateOf({ grant, revoked_at }: StoredGrant, nowS: number): GrantState {
  if (revoked_at !== undefined) return "revoked";
  if (nowS >= grant.expires_at) return "expired";
  return nowS < grant.not_before ? "scheduled" : "active";
}

/** The grants that a service's bundle holds. */
export function grantsFor(store: GrantStore, name: ServiceName, nowS: number): readonly StoredGrant[] {
  return store.grants.filter(
    (stored) =>
      (stateOf(stored, nowS) === "active" || stateOf(stored, nowS) === "scheduled") && isFor(stored, name),
  );
}

function isFor({ audiences }: StoredGrant, name: ServiceName): boolean {
  return audiences.some((audience) => isSame(audience, name));
}

export function findService(store: GrantStore, name: ServiceName): StoredService | undefined {
  return store.services.find((service) => isSame(service, name));
}

export function isSame(a: ServiceName, b: ServiceName): boolean {
  return a.service === b.service && a.environment === b.environment;
}
