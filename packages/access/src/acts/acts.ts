import { createHash, randomBytes } from "node:crypto";
import { type AuditEvent, type AuditLog, type PseudonymKey, pseudonymOf } from "@scrim/audit";
import type { Principal } from "../directory/principal.ts";
import { Refusal } from "../http/refusal.ts";
import type { Act } from "../store/act.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { AccessClock } from "./access-clock.ts";
import type { ActEvent, ActInProgress } from "./act-in-progress.ts";

/** What repeats of a request are known by. */
export interface RequestKey {
  /** Of the caller's choice, and counting for it alone: for a machine, and whom it acts for. */
  readonly key: string;
  /** What is to be done, and with what. The same key with something else is refused. */
  readonly operation: string;
  readonly asked: unknown;
}

export interface ActsOptions {
  readonly store: Store;
  readonly log: AuditLog;
  /** The log's origin. */
  readonly origin: string;
  readonly clock: AccessClock;
  readonly pseudonyms: PseudonymKey;
}

/** What is done, and how a repeat of it is answered. */
export interface Work<T> {
  readonly do: (act: ActInProgress) => Promise<T>;
  /** The answer where it was done before, with the document that it named. */
  readonly again?: (subject: string, act: ActInProgress) => Promise<T>;
}

/**
 * Does things so that store and audit log agree: an act's entries are on the disk before the transaction that keeps it commits. Where they can't be written
 * nothing happens; where the commit fails behind them, the log says next that the act was undone.
 */
export class Acts {
  readonly #options: ActsOptions;
  /** An act whose entries may be in the log, and of which nobody knows yet whether it was kept. */
  #uncertain: string | undefined;

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  /** Seconds since 1970. */
  get nowS(): number {
    return this.#options.clock.nowS();
  }

  /** Somebody's name in the log. */
  pseudonym(id: string): string {
    return pseudonymOf(this.#options.pseudonyms, "principal", id);
  }

  /**
   * Does one thing, alone among all processes; once, for each request key.
   *
   * @throws {Refusal} `key_reused`, and what `work` throws: then nothing was done
   * @throws {OperatingError} `STORE_UNUSABLE` where store or log can't be written. Where the connection broke, it may have been done: ask again with the same key
   */
  async perform<T>(by: Principal | undefined, key: RequestKey | undefined, work: Work<T>): Promise<T> {
    const { store, clock } = this.#options;
    const name = `act-${randomBytes(16).toString("hex")}`;
    const id = key === undefined ? name : idOf(by, key);
    const fingerprint = key === undefined ? undefined : digestOf(JSON.stringify([key.operation, key.asked]));
    const answer = await store.write(async (transaction) => {
      await this.#settle(transaction);
      await this.#seeTimes(transaction);
      const before = key === undefined ? undefined : await transaction.get("act", id);
      const events: AuditEvent[] = [];
      let subject: string | undefined;
      const act: ActInProgress = {
        transaction,
        by,
        nowS: clock.nowS(),
        audit: (event) => events.push(this.#eventOf(name, event, by)),
        auditAlone: (event) => events.push(this.#eventOf(name, event, undefined)),
        answerWith: (named) => {
          subject = named;
        },
      };
      if (before !== undefined) return await this.#again(before, fingerprint, act, work);
      const answer = await work.do(act);
      if (events.length > 0) {
        const { nowS: at } = act;
        this.#uncertain = name;
        await this.#log(name, events, at, transaction);
        await transaction.put("act", {
          id,
          ...(id !== name && { logged_as: name }),
          at,
          ...(fingerprint && { fingerprint }),
          ...(subject && { subject }),
        });
      }
      return answer;
    });
    if (this.#uncertain === name) this.#uncertain = undefined;
    return answer;
  }

  /** Logs what somebody tried and may not do. */
  async refused(by: Principal, event: ActEvent): Promise<void> {
    await this.#options.log.append(this.#eventOf(undefined, { ...event, outcome: "refused" }, by));
  }

  async #again<T>(
    before: Act,
    fingerprint: string | undefined,
    act: ActInProgress,
    { again }: Work<T>,
  ): Promise<T> {
    if (before.fingerprint !== fingerprint || before.subject === undefined || again === undefined) {
      throw new Refusal("key_reused");
    }
    return await again(before.subject, act);
  }

  #eventOf(act: string | undefined, event: ActEvent, by: Principal | undefined): AuditEvent {
    return {
      ...event,
      ...(by !== undefined && { actor: this.pseudonym(by.id) }),
      ...(by?.actingFor !== undefined && { acting_for: this.pseudonym(by.actingFor) }),
      ids: { ...event.ids, ...(act !== undefined && { act }) },
    };
  }

  /** Entries first; how far the log came is kept with the act itself. */
  async #log(
    act: string,
    events: readonly AuditEvent[],
    at: number,
    transaction: Transaction,
  ): Promise<void> {
    const { log, origin } = this.#options;
    const receipts = await Promise.all(events.map((event) => log.append(event)));
    const size = Math.max(...receipts.map(({ index }) => index)) + 1;
    await transaction.put("log", { id: origin, act, size, at });
  }

  /** Other processes have clocks of their own: what one of them has ended must not hold here. */
  async #seeTimes(transaction: Transaction): Promise<void> {
    for (const { at } of await transaction.find("log", {})) this.#options.clock.see(at);
  }

  /** Finds out what became of an act that failed while it was kept. Nobody else writes meanwhile. */
  async #settle(transaction: Transaction): Promise<void> {
    const act = this.#uncertain; // whoever did it may find out meanwhile that it was kept
    if (act === undefined) return;
    const { log, origin } = this.#options;
    const position = await transaction.get("log", origin);
    if (position?.act !== act) await log.append(undoneEvent(act));
    if (this.#uncertain === act) this.#uncertain = undefined;
  }
}

/** The entry that takes an act back. */
export function undoneEvent(act: string): AuditEvent {
  return { kind: "administration", action: UNDONE, outcome: "failed", ids: { act } };
}

export const UNDONE = "act.undone";

/** A key counts for its caller alone. */
function idOf(by: Principal | undefined, { key }: RequestKey): string {
  return `act-${digestOf(JSON.stringify([by?.tenant, by?.id, by?.actingFor ?? null, key])).slice(0, 32)}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
