import assert from "node:assert/strict";
import {
  type AuditEntry,
  directorySource,
  parseEntry,
  readBundles,
  readPublished,
  readVerifier,
} from "@scrim/audit";
import { UNDONE } from "../../src/acts/acts.ts";
import type { Documents, Kind, Store } from "../../src/index.ts";
import { findAll } from "../../src/store/find-all.ts";

/** What is so, as far as a log tells: by what ids things have there. */
export interface TrackedState {
  /** State, who has decided how in order, and which grant came of it. */
  readonly requests: ReadonlyMap<string, TrackedRequest>;
  readonly grants: ReadonlyMap<string, TrackedGrant>;
  /** Ids of keys, by service and environment. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  readonly captured: ReadonlyMap<string, number>;
}

interface TrackedRequest {
  state: string;
  asker: string;
  decisions: string[];
  grant?: string;
}

interface TrackedGrant {
  state: string;
  request: string;
  notBefore: number;
  expiresAt: number;
  review?: string;
}

/** The entries of a log, in order. */
export async function entriesOf(directory: string, publicKey: string): Promise<AuditEntry[]> {
  const source = directorySource(directory);
  const { size } = await readPublished(source, readVerifier("log", publicKey, "log.pub"));
  const entries: AuditEntry[] = [];
  for await (const bundle of readBundles(source, size)) {
    for (const bytes of bundle.entries) entries.push(parseEntry(bytes)!);
  }
  return entries;
}

/** Leaves out what was taken back, as a reader of the log must: an `act.undone` takes back the last try of its act. */
export function doneEntries(entries: readonly AuditEntry[]): AuditEntry[] {
  const done: AuditEntry[] = [];
  for (const entry of entries) {
    const act = entry.ids?.act;
    if (act === undefined) continue;
    if (entry.action !== UNDONE) done.push(entry);
    else while (done.at(-1)?.ids?.act === act) done.pop();
  }
  return done;
}

/** Entries of several logs in one order: by act, and acts by their time; within a millisecond as one thing can follow another. */
export function inOrder(logs: readonly (readonly AuditEntry[])[]): AuditEntry[] {
  if (logs.length === 1) return [...logs[0]!];
  const acts = [...Map.groupBy(logs.flat(), ({ ids }) => ids!.act!).values()];
  const rank = (act: readonly AuditEntry[]) =>
    Math.min(...act.map(({ kind }) => (kind === "request" ? 0 : kind === "decision" ? 1 : 2)));
  const before = (one: readonly AuditEntry[], other: readonly AuditEntry[]) =>
    Date.parse(one[0]!.time) - Date.parse(other[0]!.time) || rank(one) - rank(other);
  return acts.sort(before).flat();
}

/** Makes the state anew from entries alone. Fails where one says what can't be. */
export function replay(entries: readonly AuditEntry[]): TrackedState {
  const requests = new Map<string, TrackedRequest>();
  const grants = new Map<string, TrackedGrant>();
  const services = new Map<string, string[]>();
  const captured = new Map<string, number>();
  for (const entry of entries) {
    const { kind, action, ids = {}, facts = {}, actor } = entry;
    const request = () =>
      requests.get(ids.request!) ?? assert.fail(`${action} of a request that nobody made`);
    const grant = () => grants.get(ids.grant!) ?? assert.fail(`${action} of a grant that nobody made`);
    switch (`${kind} ${action}`) {
      case "request create":
      case "request break_glass":
        assert(!requests.has(ids.request!), "a request is made twice");
        requests.set(ids.request!, {
          state: action === "create" ? "pending" : "approved",
          asker: actor!,
          decisions: [],
        });
        break;
      case "request cancel":
      case "request time_out":
        assert.equal(request().state, "pending");
        request().state = action === "cancel" ? "cancelled" : "timed_out";
        break;
      case "decision approve":
      case "decision deny":
        assert.equal(request().state, "pending");
        request().decisions.push(`${action} ${actor ?? ids.rule}`);
        request().state = facts.state as string;
        break;
      case "grant schedule":
      case "grant activate":
        if (grants.has(ids.grant!)) {
          assert.equal(grant().state, "scheduled");
          grant().state = "active";
          break;
        }
        assert.equal(request().grant, undefined, "two grants of one request");
        assert.equal(request().state, "approved");
        if (facts.break_glass === false) assert(request().decisions.at(-1)?.startsWith("approve "));
        request().grant = ids.grant!;
        grants.set(ids.grant!, {
          state: action === "schedule" ? "scheduled" : "active",
          request: ids.request!,
          notBefore: facts.not_before as number,
          expiresAt: facts.expires_at as number,
          ...(facts.break_glass === true && { review: "due" }),
        });
        break;
      case "grant expire":
      case "grant revoke":
      case "grant exhaust":
        assert(["scheduled", "active"].includes(grant().state), `${action} of what has ended`);
        grant().state = { expire: "expired", revoke: "revoked", exhaust: "exhausted" }[action]!;
        break;
      case "grant escalate":
        assert.equal(grant().review, "due");
        grant().review = "escalated";
        break;
      case "decision review":
        assert(["due", "escalated"].includes(grant().review!));
        grant().review = "reviewed";
        break;
      case "use capture":
        captured.set(ids.grant!, (captured.get(ids.grant!) ?? 0) + (facts.traces as number));
        break;
      case "administration service.enrol":
      case "administration service.remove": {
        const name = `${ids.service} ${ids.environment}`;
        const keys = (services.get(name) ?? []).filter((key) => key !== ids.key && ids.key !== undefined);
        services.set(name, action === "service.enrol" ? [...keys, ids.key!] : keys);
        break;
      }
      default:
        assert.fail(`an entry of a kind that is not known here: ${kind} ${action}`);
    }
  }
  return { requests, grants, services, captured };
}

/** All documents of a kind, of all tenants. */
export async function documentsOf<K extends Kind>(store: Store, kind: K): Promise<readonly Documents[K][]> {
  return await store.read((transaction) => findAll(transaction, kind, {}));
}

/** The same of what the store has, with names as the log has them. */
export async function storedState(store: Store, pseudonym: (id: string) => string): Promise<TrackedState> {
  const requests = new Map<string, TrackedRequest>();
  for (const { id, state, asked_by, decisions, grant } of await documentsOf(store, "request")) {
    requests.set(id, {
      state,
      asker: pseudonym(asked_by.principal),
      decisions: decisions.map(({ verdict, reviewer }) =>
        reviewer.startsWith("rule:")
          ? `${verdict} ${reviewer.slice("rule:".length)}`
          : `${verdict} ${pseudonym(reviewer)}`,
      ),
      ...(grant !== undefined && { grant }),
    });
  }
  const grants = new Map<string, TrackedGrant>();
  for (const { id, state, request, not_before, expires_at, review } of await documentsOf(store, "grant")) {
    grants.set(id, {
      state,
      request,
      notBefore: not_before,
      expiresAt: expires_at,
      ...(review !== undefined && { review: review.state }),
    });
  }
  const services = new Map<string, string[]>();
  for (const { service, environment, keys } of await documentsOf(store, "service")) {
    services.set(
      `${service} ${environment}`,
      keys.map(({ id }) => id),
    );
  }
  const captured = new Map<string, number>();
  for (const { id, used } of await documentsOf(store, "account")) if (used > 0) captured.set(id, used);
  return { requests, grants, services, captured };
}

/** As plain objects, in one order, without what is empty: for comparison. */
export function comparable({ requests, grants, services, captured }: TrackedState): object {
  const sorted = <T>(map: ReadonlyMap<string, T>) =>
    Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    requests: sorted(requests),
    grants: sorted(grants),
    services: sorted(new Map([...services].filter(([, keys]) => keys.length > 0))),
    captured: sorted(captured),
  };
}
