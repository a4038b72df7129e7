import type { AuditLog, PseudonymKey } from "@scrim/audit";
import type { Clock } from "@scrim/grants";
import { AccessClock } from "./acts/access-clock.ts";
import { Acts, type RequestKey, type Work } from "./acts/acts.ts";
import { reconcile } from "./acts/reconcile.ts";
import type { Authorize } from "./authorization/resource.ts";
import type { Directory } from "./directory/directory.ts";
import type { Principal } from "./directory/principal.ts";
import { Refusal } from "./http/refusal.ts";
import type { PolicyControl } from "./policies/policy-control.ts";
import type { AccessRules } from "./requests/access-rules.ts";
import type { Control } from "./requests/control.ts";
import type { Capability } from "./requests/scope.ts";
import { sweep } from "./requests/sweep.ts";
import { findAll } from "./store/find-all.ts";
import type { Store } from "./store/store.ts";

/** How often the clock's own acts are looked for. Grants end at their second without it: this is when the log says so. */
const SWEEP_MS = 1_000;

export interface ControlPlaneOptions {
  readonly store: Store;
  readonly log: AuditLog;
  /** The log's folder. */
  readonly logDirectory: string;
  /** The log's origin. */
  readonly origin: string;
  readonly pseudonyms: PseudonymKey;
  readonly rules: AccessRules;
  readonly directory: Directory;
  readonly authorize: Authorize;
  readonly capabilities: readonly Capability[];
  readonly tell: Control["tell"];
  /** Whether policies that weaken nothing need somebody else's approval, too. */
  readonly stricterNeedsApproval: boolean;
  /** Hears of what goes wrong beside requests. */
  readonly told: (problem: unknown) => void;
  readonly clock?: Clock;
}

/** Decides, keeps and logs. What serves requests, and what people see, stands around it. */
export class ControlPlane {
  readonly store: Store;
  readonly clock: AccessClock;
  readonly control: PolicyControl;
  readonly #acts: Acts;
  readonly #told: (problem: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #isSweeping = false;

  private constructor(options: ControlPlaneOptions, clock: AccessClock) {
    const { store, log, origin, pseudonyms, told } = options;
    const { rules, directory, authorize, capabilities, tell, stricterNeedsApproval } = options;
    this.store = store;
    this.clock = clock;
    this.control = { rules, directory, authorize, capabilities, tell, stricterNeedsApproval };
    this.#acts = new Acts({ store, log, origin, clock, pseudonyms });
    this.#told = told;
    this.#timer = setInterval(() => void this.sweep(), SWEEP_MS);
  }

  /** @throws {OperatingError} `STORE_UNUSABLE` where store and log don't agree */
  static async open(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { store, log, logDirectory, origin } = options;
    await reconcile({ store, log, directory: logDirectory, origin });
    const positions = await store.read((transaction) => findAll(transaction, "log", {}));
    const clock = new AccessClock(Math.max(0, ...positions.map(({ at }) => at)), options.clock);
    return new ControlPlane(options, clock);
  }

  /**
   * Does one thing, behind all that the clock has made due.
   *
   * @throws {Refusal} and {@link OperatingError} as {@link Acts.perform}
   */
  async perform<T>(by: Principal | undefined, key: RequestKey | undefined, work: Work<T>): Promise<T> {
    try {
      return await this.#acts.perform(by, key, {
        ...work,
        do: async (act) => {
          await sweep(this.control, act);
          return await work.do(act);
        },
      });
    } catch (error) {
      if (by !== undefined && error instanceof Refusal) await this.#logRefusal(by, error);
      throw error;
    }
  }

  /** What the clock has made due. Never throws. */
  async sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      if (await this.#isDue())
        await this.#acts.perform(undefined, undefined, { do: (act) => sweep(this.control, act) });
    } catch (problem) {
      this.#told(problem);
    } finally {
      this.#isSweeping = false;
    }
  }

  /** Waits for nothing; store and log are their owner's to close. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #isDue(): Promise<boolean> {
    const due = { dueBy: this.clock.nowS(), limit: 1 };
    return await this.store.read(async (transaction) => {
      for (const kind of ["request", "grant", "act", "account", "process"] as const) {
        if ((await transaction.find(kind, due)).length > 0) return true;
      }
      return false;
    });
  }

  /** What somebody who is known tried, and may not do. */
  async #logRefusal(by: Principal, { reason }: Refusal): Promise<void> {
    if (!LOGGED.has(reason)) return;
    await this.#acts.refused(by, { kind: "decision", action: reason });
  }
}

const LOGGED: ReadonlySet<string> = new Set(["own_request", "forbidden", "review_due"]);
