import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Documents, Store, Where } from "../src/index.ts";
import { accountOf, grantOf, requestOf } from "./documents.ts";
import { KINDS_OF_STORES, type Place } from "./stores.ts";

/** What a store is held to: documents in memory, and what each is found by, said once more and otherwise. */
type Model = Map<string, Kept>;
type Kept = { [K in Found]: { readonly kind: K; readonly document: Documents[K] } }[Found];
type Found = "request" | "grant" | "account";

interface Facts {
  readonly tenant: string;
  readonly state: string | undefined;
  readonly people: readonly string[];
  readonly due: readonly number[];
  readonly created: number;
}

function factsOf({ kind, document }: Kept): Facts {
  switch (kind) {
    case "request": {
      const { tenant, state, asked_by, times_out_at, created_at } = document;
      const due = state === "pending" ? [times_out_at] : [];
      return { tenant, state, people: asked_by.people, due, created: created_at };
    }
    case "grant": {
      const { tenant, state, holder, not_before, expires_at, review } = document;
      const due: number[] = [];
      if (state === "scheduled") due.push(not_before);
      if (state === "active") due.push(expires_at);
      if (review?.state === "due") due.push(review.due_at);
      return { tenant, state, people: holder.people, due, created: not_before };
    }
    case "account": {
      const { tenant, expires_at } = document;
      return { tenant, state: undefined, people: [], due: [expires_at + 86_400], created: Number.NaN };
    }
  }
}

function isFound(kept: Kept, kind: Found, where: Where): boolean {
  const { tenant, state, people, due, created } = factsOf(kept);
  return (
    kept.kind === kind &&
    (where.tenant === undefined || where.tenant === tenant) &&
    (where.states === undefined || (state !== undefined && where.states.includes(state))) &&
    (where.person === undefined || people.includes(where.person)) &&
    (where.dueBy === undefined || due.some((time) => time <= where.dueBy!)) &&
    (where.createdFrom === undefined || created >= where.createdFrom) &&
    (where.after === undefined || isBehind(kept.document.id, where.after))
  );
}

const isBehind = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other)) > 0;

function find(model: Model, kind: Found, where: Where): readonly Documents[Found][] {
  return [...model.values()]
    .filter((kept) => isFound(kept, kind, where))
    .map(({ document }) => document)
    .toSorted((one, other) => (isBehind(one.id, other.id) ? 1 : -1))
    .slice(0, where.limit ?? 1_000);
}

/** Few of each, so that they meet. Two ids sort otherwise by UTF-16 than by code points. */
const TENANT = fc.constantFrom("shop", "bank", "bänk");
const PEOPLE = fc.subarray(["ana", "bo", "\u{1f600}"]);
const TIME = fc.integer({ min: 100, max: 110 });
const KEPT: fc.Arbitrary<Kept> = fc.oneof(
  fc
    .record({
      name: fc.constantFrom("a", "b", "c", "d"),
      tenant: TENANT,
      state: fc.constantFrom("pending", "approved", "denied"),
      people: PEOPLE,
      created_at: TIME,
      times_out_at: TIME,
    })
    .map(({ name, people, ...given }) => ({
      kind: "request" as const,
      document: requestOf(name, { ...given, asked_by: { principal: "x", people, teams: [] } }),
    })),
  fc
    .record(
      {
        name: fc.constantFrom("a", "b", "c", "d"),
        tenant: TENANT,
        state: fc.constantFrom("scheduled", "active", "expired", "revoked"),
        people: PEOPLE,
        not_before: TIME,
        expires_at: TIME,
        review: fc.record({ state: fc.constantFrom("due", "reviewed", "escalated"), due_at: TIME }),
      },
      { requiredKeys: ["name", "tenant", "state", "people", "not_before", "expires_at"] },
    )
    .map(({ name, people, ...given }) => ({
      kind: "grant" as const,
      document: grantOf(name.repeat(16), { ...given, holder: { principal: "x", people, teams: [] } }),
    })),
  fc
    .record({ id: fc.constantFrom("a", "\uffee", "\u{1f600}"), leased: fc.nat(9), tenant: TENANT })
    .map(({ id, leased, tenant }) => ({ kind: "account" as const, document: accountOf(id, leased, tenant) })),
);
const KIND = fc.constantFrom<Found>("request", "grant", "account");
const WHERE: fc.Arbitrary<Where> = fc.record(
  {
    tenant: TENANT,
    states: fc.subarray(["pending", "approved", "active", "scheduled", "expired"]),
    person: fc.constantFrom("ana", "bo", "\u{1f600}"),
    dueBy: fc.oneof(TIME, fc.constant(89_300)),
    createdFrom: TIME,
    after: fc.constantFrom("a", "aaaaaaaaaaaaaaaa", "\uffee", "req-8"),
    limit: fc.nat(4),
  },
  { requiredKeys: [] },
);

/** What one transaction does. */
type Step = { readonly put: Kept } | { readonly remove: Kept };
const STEPS = fc.array(fc.oneof(fc.record({ put: KEPT }), fc.record({ remove: KEPT })), { maxLength: 5 });

const keyOf = ({ kind, document }: Kept) => `${kind} ${document.id}`;

function applied(model: Model, steps: readonly Step[]): Model {
  const next = new Map(model);
  for (const step of steps) {
    if ("put" in step) next.set(keyOf(step.put), step.put);
    else next.delete(keyOf(step.remove));
  }
  return next;
}

interface Real {
  readonly stores: readonly [Store, Store];
}
interface State {
  kept: Model;
}
type Command = fc.AsyncCommand<State, Real, boolean>;

class Written implements Command {
  readonly store: 0 | 1;
  readonly steps: readonly Step[];
  readonly isRejected: boolean;
  constructor(store: 0 | 1, steps: readonly Step[], isRejected: boolean) {
    this.store = store;
    this.steps = steps;
    this.isRejected = isRejected;
  }
  check = () => true;
  async run(state: State, { stores }: Real): Promise<void> {
    const after = applied(state.kept, this.steps);
    const written = stores[this.store].write(async (transaction) => {
      for (const step of this.steps) {
        if ("put" in step) await transaction.put(step.put.kind, step.put.document);
        else await transaction.remove(step.remove.kind, step.remove.document.id);
      }
      for (const kind of ["request", "grant", "account"] as const) {
        expect(await transaction.find(kind, {})).toEqual(find(after, kind, {})); // its own changes
      }
      if (this.isRejected) throw new Error("rejected");
    });
    if (this.isRejected) {
      await expect(written).rejects.toThrow("rejected");
    } else {
      await written;
      state.kept = after;
    }
  }
  toString = () =>
    `write(${this.store}, ${JSON.stringify(this.steps)}${this.isRejected ? ", rejected" : ""})`;
}

class Looked implements Command {
  readonly store: 0 | 1;
  readonly kind: Found;
  readonly where: Where;
  constructor(store: 0 | 1, kind: Found, where: Where) {
    this.store = store;
    this.kind = kind;
    this.where = where;
  }
  check = () => true;
  async run({ kept }: State, { stores }: Real): Promise<void> {
    await stores[this.store].read(async (transaction) => {
      expect(await transaction.find(this.kind, this.where)).toEqual(find(kept, this.kind, this.where));
      for (const { kind, document } of kept.values()) {
        expect(await transaction.get(kind, document.id)).toEqual(document);
      }
    });
  }
  toString = () => `find(${this.store}, ${this.kind}, ${JSON.stringify(this.where)})`;
}

/** Writers at once, on both stores: each adds to a count that it has read. */
class Counted implements Command {
  readonly writers: number;
  constructor(writers: number) {
    this.writers = writers;
  }
  check = () => true;
  async run(state: State, { stores }: Real): Promise<void> {
    const increment = (store: Store) =>
      store.write(async (transaction) => {
        const leased = (await transaction.get("account", "a"))?.leased ?? 0;
        await transaction.put("account", accountOf("a", leased + 1));
      });
    await Promise.all(
      Array.from({ length: this.writers }, (_, at) => increment(stores[at % 2 === 0 ? 0 : 1])),
    );
    const before = state.kept.get("account a");
    const leased = before?.kind === "account" ? before.document.leased : 0;
    const put = { kind: "account" as const, document: accountOf("a", leased + this.writers) };
    state.kept = applied(state.kept, [{ put }]);
  }
  toString = () => `count(${this.writers})`;
}

const STORE = fc.constantFrom<0 | 1>(0, 1);
const COMMANDS = fc.commands<State, Real, boolean>(
  [
    fc.tuple(STORE, STEPS, fc.boolean()).map((given) => new Written(...given)),
    fc.tuple(STORE, STEPS).map(([store, steps]) => new Written(store, steps, false)),
    fc.tuple(STORE, KIND, WHERE).map((given) => new Looked(...given)),
    fc.tuple(STORE, KIND, WHERE).map((given) => new Looked(...given)),
    fc.integer({ min: 1, max: 4 }).map((writers) => new Counted(writers)),
  ],
  { size: "+1" },
);

for (const kind of KINDS_OF_STORES) {
  describe.skipIf(!kind.isThere)(`a store in ${kind.name}`, () => {
    let place: Place;
    let stores: readonly [Store, Store];

    beforeAll(async () => {
      await kind.start();
      place = await kind.place();
      stores = [await place.open(), await place.open()];
    });
    afterAll(async () => {
      for (const store of stores) await store.close();
      await place.remove();
      await kind.stop();
    });

    test("does what documents in memory would, whatever is written, looked for and counted, by two at once", async () => {
      await fc.assert(
        fc
          .asyncProperty(COMMANDS, async (commands) => {
            const setup = () => ({ model: { kept: new Map() as Model }, real: { stores } });
            await fc.asyncModelRun(setup, commands);
          })
          .beforeEach(() => place.tamper("DELETE FROM documents")),
        { numRuns: 100 },
      );
    }, 120_000);
  });
}
