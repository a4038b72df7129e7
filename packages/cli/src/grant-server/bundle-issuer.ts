import type { IssuedDocument } from "@scrim/access";
import { type Key, readPublicKey, signBundle } from "@scrim/grants";
import {
  findService,
  type GrantStore,
  grantsFor,
  keyOf,
  type ServiceName,
  type StoredService,
} from "../grants/grant-store.ts";
import type { UseCounts } from "./use-counts.ts";

/** A bundle lives a minute: what is revoked while a service can't be reached ends by then. */
const LIFE_S = 60;

/** A newer one is issued when so much of it is over, so that whoever asks has two thirds left. */
export const REFRESH_MS = 20_000;

/** The bundle of a service as it is now; undefined where it is not enrolled any more. */
export type CurrentBundle = (name: ServiceName) => Promise<IssuedDocument | undefined>;

interface Issued {
  readonly store: GrantStore;
  readonly atMs: number;
  readonly bundle: Promise<IssuedDocument>;
}

/** Signs the bundle of a service when it is asked for, and again when the store has changed or a third of its life is over. */
export class BundleIssuer {
  readonly #signing: Key;
  readonly #counts: UseCounts;
  readonly #refreshMs: number;
  /** By name; no more than there are services. */
  readonly #issued = new Map<string, Issued>();

  constructor(signing: Key, counts: UseCounts, refreshMs: number) {
    this.#signing = signing;
    this.#counts = counts;
    this.#refreshMs = refreshMs;
  }

  /**
   * The bundle of a service; undefined where it is not enrolled.
   *
   * @throws {OperatingError} `STORE_UNUSABLE` where its version can't be kept: then none is issued
   */
  async current(store: GrantStore, name: ServiceName): Promise<IssuedDocument | undefined> {
    const service = findService(store, name);
    const key = JSON.stringify([name.service, name.environment]);
    if (service === undefined) {
      this.#issued.delete(key);
      return undefined;
    }
    const nowMs = performance.now();
    let issued = this.#issued.get(key);
    if (issued === undefined || issued.store !== store || nowMs - issued.atMs >= this.#refreshMs) {
      const bundle = this.#sign(store, service);
      bundle.catch(() => this.#issued.delete(key)); // asked for again, it is tried again
      issued = { store, atMs: nowMs, bundle };
      this.#issued.set(key, issued);
    }
    return issued.bundle;
  }

  async #sign(store: GrantStore, service: StoredService): Promise<IssuedDocument> {
    const issuedAt = Math.floor(Date.now() / 1000);
    const version = await this.#counts.nextVersion(issuedAt);
    const name = { service: service.service, environment: service.environment };
    const grants = grantsFor(store, name, issuedAt).map((stored) => ({
      grant: stored.grant,
      key: keyOf(stored),
    }));
    const recipients = service.keys.map(({ id, public_key }) => readPublicKey("service", public_key, id));
    const bundle = { audience: name, version, issuedAt, expiresAt: issuedAt + LIFE_S, grants };
    return { version: String(version), bytes: Buffer.from(signBundle(bundle, this.#signing, recipients)) };
  }
}
