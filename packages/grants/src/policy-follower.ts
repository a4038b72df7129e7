import { OperatingError } from "@scrim/errors";
import type { Audience } from "./bundle.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DocumentIntake, type Intake, type SeenVersion } from "./document-intake.ts";
import type { Key } from "./keys.ts";
import {
  openPolicyBundle,
  POLICY_BUNDLE,
  type PolicyBundle,
  type PolicyDocuments,
  policyFor,
  type SharedPolicy,
} from "./policy-bundle.ts";
import { readPolicyCache, writePolicyCache } from "./policy-cache.ts";

/** Which policy it is. */
export type PolicyVersion = Pick<SharedPolicy, "id" | "revision" | "digest">;

/** Why something that came is not in force; with the policy, where it is known which. */
export interface PolicyRefusal extends Partial<PolicyVersion> {
  /** Code of the error. */
  readonly reason: string;
}

export interface PolicyFollowerOptions {
  readonly audience: Audience;
  /** Public keys of who signs policies. */
  readonly trusted: readonly Key[];
  /** Tells processes of a service apart, `service.instance.id`: says which share this one is in. */
  readonly instance: string;
  /** File that keeps the last good policy over a restart; without it a restart begins with the local policy. */
  readonly cacheFile?: string | undefined;
  /**
   * Puts documents into force; without any the local policy alone. Where it throws they are refused, and what was in force must still be.
   */
  readonly apply: (documents: PolicyDocuments | undefined) => void;
  /** Hears of what is refused, and of what can't be kept; and which policy is in force all the same: none is the local one. */
  readonly told: (problem: unknown, running: PolicyVersion | undefined) => void;
  readonly clock?: Clock | undefined;
}

/**
 * Takes signed bundles of policies from wherever they come, and puts into force the policy for this process. What is not genuine, not newer or can't be
 * used leaves the last good policy in force, and so does silence: a policy does not end.
 */
export class PolicyFollower implements Intake {
  readonly what: string = POLICY_BUNDLE.what;
  /** How much was refused, by the code of the error. */
  readonly refusals: ReadonlyMap<string, number>;
  readonly #refusals = new Map<string, number>();
  readonly #options: PolicyFollowerOptions;
  readonly #clock: Clock;
  readonly #intake: DocumentIntake<PolicyBundle>;
  readonly #listeners = new Set<() => void>();
  #seen: SeenVersion | undefined;
  /** Bytes of the last bundle whose policy was put into force. */
  #good: Buffer | undefined;
  #taking: Buffer | undefined;
  #running: PolicyVersion | undefined;
  #refusedPolicy: PolicyRefusal | undefined;
  #refusedBundle: PolicyRefusal | undefined;
  #freshUntilS = 0;
  #cannotKeep = false;

  /** Puts the policy into force that was kept, where there is one. */
  constructor(options: PolicyFollowerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.refusals = this.#refusals;
    this.#restore();
    this.#intake = new DocumentIntake<PolicyBundle>({
      kind: POLICY_BUNDLE,
      open: (bytes) => openPolicyBundle(bytes, options),
      use: (bundle) => this.#use(bundle),
      versions: {
        read: () => this.#seen,
        write: (seen) => {
          this.#seen = seen;
          this.#keep();
        },
      },
      clock: this.#clock,
    });
  }

  /** The central policy that is in force; undefined where it is the local one alone. */
  get running(): PolicyVersion | undefined {
    return this.#running;
  }

  /** What came last and is not in force; undefined where all is. */
  get refused(): PolicyRefusal | undefined {
    return this.#refusedPolicy ?? this.#refusedBundle;
  }

  /** Whether the last bundle is recent. Where it is not, there may be a newer policy that nobody hears of; the last one stays. */
  get isFresh(): boolean {
    return this.#clock.wallMs() / 1000 < this.#freshUntilS;
  }

  /** Calls back when what runs or what is refused has changed. Returns how to be called no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes the bytes of a bundle.
   *
   * @throws {OperatingError} `BUNDLE_REFUSED` where it is not genuine, ours and newer. A policy that can't be used is told, and not thrown: there is
   * nothing that the sender could do again
   */
  accept(bytes: Buffer): "taken" | "known" {
    this.#taking = bytes;
    try {
      const outcome = this.#intake.accept(bytes);
      this.#setRefusedBundle(undefined);
      return outcome;
    } catch (error) {
      this.#setRefusedBundle({ reason: reasonOf(error) });
      throw error;
    } finally {
      this.#taking = undefined;
    }
  }

  #restore(): void {
    const { cacheFile, audience, trusted } = this.#options;
    if (cacheFile === undefined) return;
    try {
      const kept = readPolicyCache(cacheFile);
      this.#seen = kept?.seen;
      if (kept?.bundle === undefined) return;
      this.#taking = kept.bundle;
      // Signed as ever, and for us; it may be as old as it likes.
      this.#choose(openPolicyBundle(kept.bundle, { audience, trusted }));
    } catch (problem) {
      this.#count(reasonOf(problem));
      this.#options.told(problem, this.#running);
    } finally {
      this.#taking = undefined;
    }
  }

  #use(bundle: PolicyBundle): void {
    this.#freshUntilS = bundle.expiresAt;
    if (this.#choose(bundle)) this.#keep();
  }

  /** Whether the policy for this process is in force now. */
  #choose({ policies }: PolicyBundle): boolean {
    const next = policyFor(policies, this.#options.instance);
    if (this.#refusedPolicy !== undefined && isSame(next, this.#refusedPolicy)) return false;
    if (!isSame(next, this.#running)) {
      try {
        this.#options.apply(next?.documents);
      } catch (problem) {
        this.#refuse(next, problem);
        return false;
      }
      this.#running = next && { id: next.id, revision: next.revision, digest: next.digest };
    } else if (this.#refusedPolicy === undefined) {
      this.#good = this.#taking;
      return true;
    }
    this.#refusedPolicy = undefined;
    this.#good = this.#taking;
    this.#changed();
    return true;
  }

  #refuse(policy: SharedPolicy | undefined, problem: unknown): void {
    const reason = reasonOf(problem);
    const version = policy && { id: policy.id, revision: policy.revision, digest: policy.digest };
    this.#refusedPolicy = { ...version, reason };
    this.#count(reason);
    this.#options.told(problem, this.#running);
    this.#changed();
  }

  #setRefusedBundle(refusal: PolicyRefusal | undefined): void {
    if (refusal !== undefined) this.#count(refusal.reason);
    if (this.#refusedBundle?.reason === refusal?.reason) return;
    this.#refusedBundle = refusal;
    this.#changed();
  }

  #count(reason: string): void {
    this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1);
  }

  /** A policy that can't be kept is in force all the same: it may be the stricter one. Told once. */
  #keep(): void {
    const { cacheFile, told } = this.#options;
    if (cacheFile === undefined || this.#seen === undefined) return;
    try {
      writePolicyCache(cacheFile, { seen: this.#seen, bundle: this.#good });
      this.#cannotKeep = false;
    } catch (problem) {
      if (!this.#cannotKeep) told(problem, this.#running);
      this.#cannotKeep = true;
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isSame(one: Partial<PolicyVersion> | undefined, other: Partial<PolicyVersion> | undefined): boolean {
  return one?.id === other?.id && one?.digest === other?.digest;
}

function reasonOf(problem: unknown): string {
  return problem instanceof OperatingError ? problem.code : "UNEXPECTED";
}
