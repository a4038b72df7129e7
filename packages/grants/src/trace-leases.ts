import type { ActiveGrant } from "./active-grant.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { GrantSet } from "./grant-set.ts";

/** What a lessor is told and asked: one request for all grants. Counts are of traces. */
export interface LeaseRequest {
  /** Traces that are asked for, by grant. */
  readonly wanted: Readonly<Record<string, number>>;
  /** Leased traces that were captured since the last request, by grant. */
  readonly used: Readonly<Record<string, number>>;
  /** Leased traces that are given back, by grant. */
  readonly returned: Readonly<Record<string, number>>;
}

/** Counts the traces of predicates over all processes. */
export interface Lessor {
  /** Answers how many traces this process may capture, by grant; what is not answered is none. Rejects where it can't be asked. */
  lease(request: LeaseRequest): Promise<Readonly<Record<string, number>>>;
}

/** One trace is leased ahead; a grant that takes many gets more at once. */
const WANTED_MAX = 16;

/** A lease that nobody used for so long goes back: another process may have the traces. */
const IDLE_MS = 10_000;

/** How often leases are looked after. */
const TEND_MS = 1_000;

/** After a request that brought nothing, or failed, so long nothing is asked for that grant. */
const PAUSE_MS = 1_000;

interface Account {
  available: number;
  wanted: number;
  used: number;
  isAsked: boolean;
  /** On the monotonic clock. */
  lastUsedMs: number;
  pausedUntilMs: number;
}

/**
 * The traces of predicates that this process may capture. A root can't wait for an answer, so traces are leased ahead: where none is
 * at hand, the trace is not captured and one is asked for. What is lost on the way, or with a process, is never captured, so that a grant's
 * `traces_max` holds over all processes.
 */
export class TraceLeases {
  readonly #lessor: Lessor;
  readonly #clock: Clock;
  readonly #told: (problem: unknown) => void;
  readonly #accounts = new Map<string, Account>();
  /** Requests whose answers have not been counted. */
  readonly #running = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  /** `told` hears why leases can't be had. */
  constructor(lessor: Lessor, told: (problem: unknown) => void, clock: Clock = systemClock) {
    this.#lessor = lessor;
    this.#told = told;
    this.#clock = clock;
  }

  /** Takes one trace of a grant; false where none is leased. */
  take({ grant: { id } }: ActiveGrant): boolean {
    if (this.#closed !== undefined) return false;
    const account = this.#account(id);
    const isTaken = account.available > 0;
    if (isTaken) {
      account.available--;
      account.used++;
      account.lastUsedMs = this.#clock.monotonicMs();
      account.wanted = Math.min(WANTED_MAX, account.wanted * 2);
    }
    if (account.available === 0) void this.#run(this.#ask(id, account));
    return isTaken;
  }

  /** Looks after the leases of a set's grants: every second, and at once when they change. Returns what ends that. */
  follow(grants: GrantSet): () => void {
    const tend = () => void this.tend(grants.withPredicate);
    const stopListening = grants.onChange((traceId) => {
      if (traceId === undefined) tend();
    });
    const timer = setInterval(tend, TEND_MS).unref();
    return () => {
      clearInterval(timer);
      stopListening();
    };
  }

  #account(id: string): Account {
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = { available: 0, wanted: 1, used: 0, isAsked: false, lastUsedMs: 0, pausedUntilMs: 0 };
      this.#accounts.set(id, account);
    }
    return account;
  }

  async #ask(id: string, account: Account): Promise<void> {
    if (account.isAsked || this.#clock.monotonicMs() < account.pausedUntilMs) return;
    account.isAsked = true;
    const { used, wanted } = account;
    account.used = 0;
    let granted = 0;
    try {
      const answer = await this.#lessor.lease({
        wanted: { [id]: wanted },
        used: { [id]: used },
        returned: {},
      });
      granted = Math.max(0, Math.min(wanted, Math.floor(answer[id] ?? 0))) || 0;
    } catch (problem) {
      account.used += used;
      this.#told(problem);
    }
    account.isAsked = false;
    account.available += granted;
    account.lastUsedMs = this.#clock.monotonicMs();
    if (granted === 0) account.pausedUntilMs = this.#clock.monotonicMs() + PAUSE_MS;
  }

  /** Remembers until its end what asks the lessor, and never rejects. */
  #run(request: Promise<void>): Promise<void> {
    this.#running.add(request);
    return request.finally(() => this.#running.delete(request));
  }

  /**
   * To be called now and then with the grants that are in force: leases one trace ahead for each with a predicate, and gives back what
   * lies idle or has no grant any more.
   */
  async tend(grants: readonly ActiveGrant[]): Promise<void> {
    if (this.#closed !== undefined) return;
    const now = this.#clock.monotonicMs();
    const inForce = new Set(grants.map(({ grant }) => grant.id));
    const returned: Record<string, number> = {};
    for (const [id, account] of this.#accounts) {
      const isIdle = now - account.lastUsedMs >= IDLE_MS;
      if (account.available > 0 && (isIdle || !inForce.has(id))) {
        returned[id] = account.available;
        account.available = 0;
        account.wanted = 1;
        account.pausedUntilMs = now + PAUSE_MS;
      }
      if (!inForce.has(id) && !account.isAsked && account.used === 0) this.#accounts.delete(id);
    }
    await Promise.all([
      this.#run(this.#report(returned)),
      ...grants.map((grant) => {
        const account = this.#account(grant.grant.id);
        return account.available === 0 ? this.#run(this.#ask(grant.grant.id, account)) : undefined;
      }),
    ]);
  }

  /**
   * Takes and asks no more, waits for the answers that are on their way, gives back all leases and tells what was used. May be called twice;
   * takes as long as the lessor does for two answers.
   */
  close(): Promise<void> {
    return (this.#closed ??= this.#giveBack());
  }

  async #giveBack(): Promise<void> {
    await Promise.all(this.#running);
    const returned: Record<string, number> = {};
    for (const [id, account] of this.#accounts) {
      if (account.available > 0) returned[id] = account.available;
      account.available = 0;
    }
    await this.#report(returned);
  }

  async #report(returned: Readonly<Record<string, number>>): Promise<void> {
    const used: Record<string, number> = {};
    for (const [id, account] of this.#accounts) {
      if (account.used > 0) used[id] = account.used;
      account.used = 0;
    }
    if (Object.keys(returned).length === 0 && Object.keys(used).length === 0) return;
    try {
      await this.#lessor.lease({ wanted: {}, used, returned });
    } catch (problem) {
      for (const [id, count] of Object.entries(used)) this.#account(id).used += count;
      this.#told(problem); // what was not given back is lost, which captures too little and never too much
    }
  }
}
