import { type Clock, systemClock } from "./clock.ts";
import type { RevealBundle } from "./reveal-bundle.ts";
import type { RevealGrant } from "./reveal-grant.ts";

/** A reveal grant, with when it ends: by the clock that people wrote it by, and by one that can't be set. */
export interface HeldGrant {
  readonly grant: RevealGrant;
  readonly untilWallMs: number;
  readonly untilMonotonicMs: number;
}

/** All reveal grants of the last bundle, by who holds them. None is in force until a bundle comes, and again when the last one has gone stale. */
export class RevealSet {
  readonly #clock: Clock;
  #byHolder = new Map<string, HeldGrant[]>();
  #untilWallMs = 0;
  #untilMonotonicMs = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * Puts the grants of a bundle in the place of those before. They hold until they or the bundle end, and no longer than that is away from its
   * making on the signer's clock, whatever is done to the clock here.
   */
  replace({ grants, issuedAt, expiresAt }: RevealBundle): void {
    const now = this.#clock.monotonicMs();
    const byHolder = new Map<string, HeldGrant[]>();
    for (const grant of grants) {
      const untilS = Math.min(grant.expires_at, expiresAt);
      const held = { grant, untilWallMs: untilS * 1000, untilMonotonicMs: now + (untilS - issuedAt) * 1000 };
      const others = byHolder.get(grant.holder.principal);
      if (others === undefined) byHolder.set(grant.holder.principal, [held]);
      else others.push(held);
    }
    this.#byHolder = byHolder;
    this.#untilWallMs = expiresAt * 1000;
    this.#untilMonotonicMs = now + (expiresAt - issuedAt) * 1000;
  }

  /** Whether there is a bundle that has not ended: with or without grants in it. */
  get isFresh(): boolean {
    return this.#isBefore(this.#untilWallMs, this.#untilMonotonicMs);
  }

  /** Ends all grants. */
  clear(): void {
    this.#byHolder = new Map();
    this.#untilWallMs = 0;
  }

  /** What the last bundle has for a principal, also what is not in force now. */
  heldBy(principal: string): readonly HeldGrant[] {
    return this.#byHolder.get(principal) ?? [];
  }

  /** Whether one of {@link heldBy} has begun, and neither it nor its bundle has ended. */
  isInForce({ grant, untilWallMs, untilMonotonicMs }: HeldGrant): boolean {
    return this.#clock.wallMs() >= grant.not_before * 1000 && this.#isBefore(untilWallMs, untilMonotonicMs);
  }

  #isBefore(wallMs: number, monotonicMs: number): boolean {
    return this.#clock.wallMs() < wallMs && this.#clock.monotonicMs() < monotonicMs;
  }
}
