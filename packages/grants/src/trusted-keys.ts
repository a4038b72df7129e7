import { type Clock, systemClock } from "./clock.ts";
import { DocumentIntake, type Intake, type VersionStore } from "./document-intake.ts";
import { KEY_SET, type KeySet, type KeyUse, openKeySet } from "./key-set.ts";
import type { Key } from "./keys.ts";
import type { Signers } from "./signers.ts";
import type { BundleSource } from "./sources.ts";

/** `setTimeout` knows no more than 24 days; a clock that is set meanwhile is seen sooner. */
const LOOK_MAX_MS = 3_600_000;

export interface TrustedKeysOptions {
  /** Public halves of root keys, of which two may be valid at once. */
  readonly roots: readonly Key[];
  /** Brings sets of keys. It is trusted for nothing. */
  readonly source: BundleSource;
  /** Memory of this process alone unless given: then an older set may come after a restart, as long as it holds. */
  readonly versions?: VersionStore;
  readonly clock?: Clock;
}

/**
 * The keys that may sign now, by the newest set that a root has signed. None until a set comes, and again when the last one has ended.
 *
 * An intake reads its keys at each document, so that a set which changes is in force at once: `{ get trusted() { return keys.for("grants"); } }`.
 */
export class TrustedKeys implements Intake, Signers {
  readonly what: string = KEY_SET.what;
  readonly #source: BundleSource;
  readonly #clock: Clock;
  readonly #intake: DocumentIntake<KeySet>;
  readonly #listeners = new Set<() => void>();
  #set: KeySet | undefined;
  #untilMonotonicMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @throws {OperatingError} where the version store can't be read */
  constructor({ roots, source, versions, clock = systemClock }: TrustedKeysOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#intake = new DocumentIntake({
      kind: KEY_SET,
      open: (bytes) => openKeySet(bytes, roots),
      use: (set) => this.#replace(set),
      trusted: () => roots,
      versions,
      clock,
    });
  }

  /** Begins to take sets. `told` hears of those that are refused, and of a source that brings none. */
  start(told: (problem: unknown) => void): void {
    this.#source.start(this, told);
  }

  /** Stops, and trusts nothing any more. May be called twice, or before the start. */
  close(): void {
    this.#source.close();
    clearTimeout(this.#timer);
    this.#set = undefined;
  }

  /** Whether there is a set that holds. */
  get isFresh(): boolean {
    return this.#freshSet() !== undefined;
  }

  /** The keys that may sign documents of a kind now. */
  for(use: KeyUse): readonly Key[] {
    const set = this.#freshSet();
    return set === undefined ? [] : set.keys.filter(({ uses }) => uses.includes(use)).map(({ key }) => key);
  }

  /** Looks for a newer set soon: a document came whose signer is in none. */
  look(): void {
    this.#source.look?.();
  }

  /** Calls back when a set came, and when the last one has ended. Returns how to be called no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes the bytes of a set. `known` is the one in force, come again.
   *
   * @throws {OperatingError} `BUNDLE_REFUSED`; what is in force stays so until it ends
   */
  accept(bytes: Buffer): "taken" | "known" {
    return this.#intake.accept(bytes);
  }

  /** A set holds to its end by the wall clock, and no longer than that was away when it came, whatever is done to the clock. */
  #replace(set: KeySet): void {
    this.#set = set;
    const leftMs = set.expiresAt * 1000 - this.#clock.wallMs();
    this.#untilMonotonicMs = this.#clock.monotonicMs() + leftMs;
    this.#awaitEnd();
    this.#changed();
  }

  #awaitEnd(): void {
    clearTimeout(this.#timer);
    const leftMs = this.#leftMs();
    this.#timer = setTimeout(
      () => {
        if (this.isFresh) this.#awaitEnd();
        else this.#changed();
      },
      Math.min(leftMs, LOOK_MAX_MS),
    ).unref();
  }

  #leftMs(): number {
    if (this.#set === undefined) return 0;
    const byWallMs = this.#set.expiresAt * 1000 - this.#clock.wallMs();
    return Math.max(0, Math.min(byWallMs, this.#untilMonotonicMs - this.#clock.monotonicMs()));
  }

  #freshSet(): KeySet | undefined {
    return this.#leftMs() > 0 ? this.#set : undefined;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
