import { type AuditEntry, pseudonymOf, readVerifier, verifyLog } from "@scrim/audit";
import { expect } from "vitest";
import type { Store } from "../../src/index.ts";
import { grantAt } from "../../src/requests/grant-machine.ts";
import { PSEUDONYMS } from "./keys.ts";
import {
  comparable,
  documentsOf,
  doneEntries,
  entriesOf,
  inOrder,
  replay,
  storedState,
} from "./logged-state.ts";

/** A log that was written for a store. */
export interface WrittenLog {
  readonly directory: string;
  readonly publicKey: string;
}

/**
 * Checks that logs verify, that what they say was done and what the store has are the same, and that no grant is there that nobody approved.
 */
export async function expectAgreement(store: Store, ...logs: readonly WrittenLog[]): Promise<void> {
  const pseudonym = (id: string) => pseudonymOf(PSEUDONYMS, "principal", id);
  const all: AuditEntry[][] = [];
  for (const { directory, publicKey } of logs) {
    const verified = await verifyLog(directory, { publicKey: readVerifier("log", publicKey, "log.pub") });
    expect(verified.unknownEntries).toBe(0);
    all.push(doneEntries(await entriesOf(directory, publicKey)));
  }
  const done = inOrder(all);
  const [logged, stored] = [replay(done), await storedState(store, pseudonym)];
  // Counts are kept for a day behind their grant; the log keeps them.
  const captured = new Map([...logged.captured].filter(([id]) => stored.captured.has(id)));
  expect(comparable(stored)).toEqual(comparable({ ...logged, captured }));
  const acts = new Set(done.map(({ ids }) => ids!.act));
  for (const { id, logged_as = id } of await documentsOf(store, "act"))
    expect(acts.has(logged_as), "an act without an entry").toBe(true);
  await expectApproved(store);
}

/** Each grant is of a request that enough people have approved, none of them behind it; or of break-glass, or a rule's. */
async function expectApproved(store: Store): Promise<void> {
  const requests = new Map((await documentsOf(store, "request")).map((request) => [request.id, request]));
  for (const grant of await documentsOf(store, "grant")) {
    const request = requests.get(grant.request)!;
    expect(request).toMatchObject({ state: "approved", grant: grant.id, tenant: grant.tenant });
    expect(grant.expires_at - grant.not_before).toBe(request.duration_s);
    if (request.break_glass) {
      expect(grant.review).toBeDefined();
      expect(request.duration_s).toBeLessThanOrEqual(900);
      continue;
    }
    expect(grant.review).toBeUndefined();
    if (request.decisions.some(({ reviewer }) => reviewer.startsWith("rule:"))) {
      expect(request.scope.capability).not.toBe("reveal");
      continue;
    }
    const deniers = request.decisions.filter(({ verdict }) => verdict === "deny");
    for (const [at, { approve, deny }] of request.thresholds.entries()) {
      const approvers = request.decisions
        .filter(({ verdict, counts_for }) => verdict === "approve" && counts_for.includes(at))
        .flatMap(({ people }) => people)
        .filter((name) => !deniers.some(({ people }) => people.includes(name)));
      expect(new Set(approvers).size).toBeGreaterThanOrEqual(approve);
      expect(approvers.filter((name) => request.asked_by.people.includes(name))).toEqual([]);
      expect(deniers.filter(({ counts_for }) => counts_for.includes(at)).length).toBeLessThan(deny);
    }
  }
}

/** Nothing is active behind its end, whatever was swept; nor more leased than may be. */
export async function expectEnded(store: Store, nowS: number): Promise<void> {
  const accounts = new Map((await documentsOf(store, "account")).map((account) => [account.id, account]));
  for (const grant of await documentsOf(store, "grant")) {
    const seen = grantAt(grant, nowS);
    if (seen.state === "active") expect(nowS).toBeLessThan(seen.expires_at);
    if (grant.scope.capability !== "capture" || grant.scope.traces_max === undefined) continue;
    const { leased = 0, used = 0, held = {} } = accounts.get(grant.id) ?? {};
    expect(leased).toBeLessThanOrEqual(grant.scope.traces_max);
    expect(used).toBeLessThanOrEqual(leased);
    expect(used + Object.values(held).reduce((sum, count) => sum + count, 0)).toBe(leased);
  }
}
