import { OperatingError } from "@scrim/errors";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Store, Where } from "../src/index.ts";
import { accountOf, actOf, grantOf, requestOf, serviceOf } from "./documents.ts";
import { runStoreProcess } from "./run-store-process.ts";
import { KINDS_OF_STORES, type Place } from "./stores.ts";

const GRANT = "0123456789abcdef";

for (const kind of KINDS_OF_STORES)
  describe.skipIf(!kind.isThere)(`a store in ${kind.name}`, () => {
    let place: Place;
    let store: Store;

    beforeAll(kind.start);
    afterAll(kind.stop);
    beforeEach(async () => {
      place = await kind.place();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const leasedIn = (each: Store) =>
      each.read(async (transaction) => (await transaction.get("account", "count"))?.leased);
    const increment = (each: Store) =>
      each.write(async (transaction) => {
        const leased = (await transaction.get("account", "count"))?.leased ?? 0;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
        await transaction.put("account", accountOf("count", leased + 1));
      });

    test("gives back what was put, of each kind, and nothing that was removed", async () => {
      const [request, grant, service] = [requestOf("a"), grantOf(GRANT), serviceOf("pay")];
      const [account, act] = [accountOf(GRANT, 3), actOf("a")];
      await store.write(async (transaction) => {
        await transaction.put("request", request);
        await transaction.put("grant", grant);
        await transaction.put("service", service);
        await transaction.put("account", account);
        await transaction.put("act", act);
        expect(await transaction.get("grant", GRANT)).toEqual(grant); // a writer sees its own
      });
      await store.read(async (transaction) => {
        expect(await transaction.get("request", request.id)).toEqual(request);
        expect(await transaction.get("grant", GRANT)).toEqual(grant);
        expect(await transaction.get("service", service.id)).toEqual(service);
        expect(await transaction.get("account", GRANT)).toEqual(account);
        expect(await transaction.get("act", act.id)).toEqual(act);
        expect(await transaction.get("grant", request.id)).toBeUndefined();
      });
      await store.write((transaction) => transaction.remove("grant", GRANT));
      await store.write((transaction) => transaction.remove("grant", GRANT)); // nothing there is nothing to do
      await store.read(async (transaction) => {
        expect(await transaction.get("grant", GRANT)).toBeUndefined();
        expect(await transaction.get("account", GRANT)).toEqual(account);
      });
    });

    test("a document that is put again takes the place of the one before, and of what that was found by", async () => {
      await store.write((transaction) => transaction.put("request", requestOf("a")));
      const asked_by = { principal: "bo", people: ["bo", "cy", "bo"], teams: [] };
      await store.write((transaction) =>
        transaction.put("request", requestOf("a", { state: "approved", asked_by, tenant: "bank" })),
      );
      await store.read(async (transaction) => {
        expect(await transaction.find("request", { person: "ana" })).toEqual([]);
        expect(await transaction.find("request", { tenant: "shop" })).toEqual([]);
        expect(await transaction.find("request", { states: ["pending"] })).toEqual([]);
        expect(await transaction.find("request", { dueBy: 9_999 })).toEqual([]);
        const found = await transaction.find("request", {
          person: "bo",
          tenant: "bank",
          states: ["denied", "approved"],
          createdFrom: 1_000,
        });
        expect(found.map(({ id }) => id)).toEqual([requestOf("a").id]);
      });
    });

    const GRANTS = [
      grantOf("a".repeat(16), { tenant: "shop", state: "active", not_before: 100, expires_at: 200 }),
      grantOf("b".repeat(16), { tenant: "shop", state: "scheduled", not_before: 300, expires_at: 400 }),
      grantOf("c".repeat(16), {
        tenant: "bank",
        state: "active",
        not_before: 500,
        expires_at: 700,
        review: { state: "due", due_at: 600 },
        holder: { principal: "bot", people: ["bo", "ana"], teams: [] },
      }),
      grantOf("d".repeat(16), {
        tenant: "bank",
        state: "expired",
        not_before: 500,
        expires_at: 700,
        review: { state: "due", due_at: 900 },
      }),
      grantOf("e".repeat(16), {
        tenant: "bank",
        state: "revoked",
        review: { state: "reviewed", due_at: 10 },
      }),
    ];
    const FOUND: readonly (readonly [name: string, where: Where, ids: string])[] = [
      ["nothing asked", {}, "abcde"],
      ["a tenant", { tenant: "bank" }, "cde"],
      ["another tenant", { tenant: "b" }, ""],
      ["a state", { states: ["active"] }, "ac"],
      ["one of two states", { states: ["expired", "scheduled"] }, "bd"],
      ["no state at all", { states: [] }, ""],
      ["one of the people", { person: "bo" }, "c"],
      ["a person of many", { person: "ana" }, "abcde"],
      ["the principal, who is no person", { person: "bot" }, ""],
      ["due at the second when it ends", { dueBy: 200 }, "a"],
      ["not due a second before", { dueBy: 199 }, ""],
      ["due to begin", { dueBy: 300 }, "ab"],
      ["due for review before it ends", { dueBy: 600 }, "abc"],
      ["due for review after it ended", { dueBy: 900 }, "abcd"],
      ["never due", { dueBy: 0xffffffff }, "abcd"],
      ["made from then on", { createdFrom: 500 }, "cde"],
      ["made later", { createdFrom: 501 }, "e"],
      ["behind one", { after: "b".repeat(16) }, "cde"],
      ["behind one that isn't there", { after: `${"b".repeat(16)}0` }, "cde"],
      ["two", { limit: 2 }, "ab"],
      ["none", { limit: 0 }, ""],
      ["two behind one", { limit: 2, after: "b".repeat(16) }, "cd"],
      ["more than there may be", { limit: 1e9 }, "abcde"],
      [
        "all at once",
        { tenant: "bank", states: ["active"], person: "bo", dueBy: 600, createdFrom: 500 },
        "c",
      ],
      ["all but one", { tenant: "shop", states: ["active"], person: "bo", dueBy: 600, createdFrom: 500 }, ""],
      ["what no name can hold", { tenant: "bank\0" }, ""],
      ["what no text can hold", { person: "\ud800" }, ""],
      ["a quote", { tenant: "' OR 1=1 --" }, ""],
      ["a state with a quote", { states: ['"', "active\0"] }, ""],
    ];
    test.each(FOUND)("finds by %s", async (_, where, ids) => {
      await store.write(async (transaction) => {
        for (const grant of GRANTS.toReversed()) await transaction.put("grant", grant);
        await transaction.put("request", requestOf("a"));
      });
      const expected = GRANTS.filter(({ id }) => ids.includes(id.at(-1)!));
      expect(await store.read((transaction) => transaction.find("grant", where))).toEqual(expected);
      expect(await store.write((transaction) => transaction.find("grant", where))).toEqual(expected);
    });

    test("pages through more than is given at once, in the order of code points", async () => {
      const names = ["", "a", "B", "é", "\u{1f600}", "\uffee", "~", "[", '"', "\\"];
      const services = names.flatMap((name) =>
        Array.from({ length: 120 }, (_, number) => serviceOf(`${name}${number}`)),
      );
      await store.write(async (transaction) => {
        for (const service of services) await transaction.put("service", service);
      });
      const inOrder = services
        .map(({ id }) => id)
        .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      await store.read(async (transaction) => {
        expect(await transaction.find("service", {})).toHaveLength(1_000);
        const seen: string[] = [];
        for (;;) {
          const page = await transaction.find("service", {
            limit: 250,
            ...(seen.length > 0 && { after: seen.at(-1)! }),
          });
          if (page.length === 0) break;
          seen.push(...page.map(({ id }) => id));
        }
        expect(seen).toEqual(inOrder);
      });
    });

    test("a rejected write leaves nothing, passes what was thrown, and the next one works", async () => {
      await store.write((transaction) => transaction.put("account", accountOf("kept")));
      const thrown = new Error("no");
      const rejected = store.write(async (transaction) => {
        await transaction.put("account", accountOf("new"));
        await transaction.put("account", accountOf("kept", 7));
        await transaction.remove("account", "kept");
        throw thrown;
      });
      await expect(rejected).rejects.toBe(thrown);
      const found = await store.read((transaction) => transaction.find("account", {}));
      expect(found).toEqual([accountOf("kept")]);
      await increment(store);
      expect(await leasedIn(store)).toBe(1);
    });

    test("what a transaction didn't wait for is done before it ends, and nothing after", async () => {
      let kept: Parameters<Parameters<Store["write"]>[0]>[0] | undefined;
      await store.write(async (transaction) => {
        kept = transaction;
        for (let number = 0; number < 20; number++) {
          void transaction.put("account", accountOf(`a${number}`));
        }
      });
      await expect(kept!.put("account", accountOf("late"))).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
      expect(await store.read((transaction) => transaction.find("account", {}))).toHaveLength(20);
    });

    test("a write inside a write is refused at once, not after waiting for itself", async () => {
      await expect(store.write(() => increment(store))).rejects.toThrow("inside a write");
      await increment(store);
    });

    test("readers see what was committed when they began, never half", async () => {
      const put = (leased: number) =>
        store.write(async (transaction) => {
          await transaction.put("account", accountOf("one", leased));
          await new Promise((resolve) => setTimeout(resolve, 1));
          await transaction.put("account", accountOf("two", leased));
        });
      await put(0);
      let isOver = false;
      const reader = async () => {
        let reads = 0;
        for (; !isOver; reads++) {
          await store.read(async (transaction) => {
            const one = await transaction.get("account", "one");
            await new Promise((resolve) => setTimeout(resolve, 2));
            const two = await transaction.get("account", "two");
            expect(two!.leased).toBe(one!.leased);
          });
        }
        return reads;
      };
      const readers = Array.from({ length: 12 }, reader);
      for (let leased = 1; leased <= 40; leased++) {
        await put(leased);
        expect(await store.read((transaction) => transaction.get("account", "one"))).toMatchObject({
          leased,
        });
      }
      isOver = true;
      expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(1);
    });

    test("20 writers at once, of two stores, count to 20", async () => {
      const other = await place.open();
      await Promise.all(Array.from({ length: 20 }, (_, at) => increment(at % 2 === 0 ? store : other)));
      expect(await leasedIn(store)).toBe(20);
      expect(await leasedIn(other)).toBe(20);
      await other.close();
    });

    test("tells of commits, its own and others', and of nothing else", async () => {
      const other = await place.open();
      let told = 0;
      const stop = store.onChange(() => told++);
      const eventually = (expected: number) => expect.poll(() => told, { timeout: 1_000 }).toBe(expected);
      await increment(store);
      await eventually(1);
      await increment(other);
      await eventually(2);
      await store.write((transaction) => transaction.get("account", "count"));
      await store.write(() => Promise.reject(new Error("no"))).catch(() => undefined);
      await other.write(() => Promise.reject(new Error("no"))).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect(told).toBe(2);
      stop();
      await increment(other);
      await increment(store);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      expect(told).toBe(2);
      await other.close();
    });

    test("4 processes that count at once count to 100", async () => {
      const processes = Array.from({ length: 4 }, () => runStoreProcess(place.argument, "count", "25"));
      for (const each of processes) expect(await each.ended).toBe(0);
      expect(await leasedIn(store)).toBe(100);
      const counted = processes.flatMap(({ kept }) => kept).toSorted((one, other) => one - other);
      expect(counted).toEqual(Array.from({ length: 100 }, (_, at) => at + 1)); // no two saw the same
    });

    test("tells within a second of what another process has kept", async () => {
      let toldAt: number | undefined;
      store.onChange(() => {
        toldAt ??= performance.now();
      });
      const other = runStoreProcess(place.argument, "count", "1");
      await expect.poll(() => other.kept.length, { timeout: 10_000, interval: 1 }).toBe(1);
      const keptAt = performance.now();
      await expect.poll(() => toldAt, { timeout: 1_000, interval: 1 }).toBeDefined();
      expect(toldAt! - keptAt).toBeLessThan(1_000);
      expect(await other.ended).toBe(0);
    });

    const TAMPERED: readonly (readonly [name: string, sql: string])[] = [
      ["no JSON", "UPDATE documents SET document = 'jane@example.com'"],
      ["other JSON", `UPDATE documents SET document = '["jane@example.com"]'`],
      [
        "a field too many",
        `UPDATE documents SET document = replace(document, '{', '{"email":"jane@example.com",')`,
      ],
      [
        "another's document",
        "UPDATE documents SET id = 'count', document = replace(document, 'count', 'jane')",
      ],
      ["another tenant's name", "UPDATE documents SET tenant = 'jane'"],
      ["no tenant", "UPDATE documents SET tenant = NULL"],
    ];
    test.each(TAMPERED)(
      "refuses a row that was changed into %s, and quotes nothing of it",
      async (_, sql) => {
        await increment(store);
        await place.tamper(sql);
        const reads = [
          () => store.read((transaction) => transaction.get("account", "count")),
          () => store.read((transaction) => transaction.find("account", {})),
          () => store.write((transaction) => transaction.find("account", {})),
        ];
        for (const read of reads) {
          const error = await read().catch((cause) => cause);
          expect(error).toMatchObject({ code: "STORE_UNUSABLE", path: "account" });
          expect(`${error.line} ${error.hint} ${error.cause}`).not.toContain("jane");
        }
        await store.write((transaction) => transaction.put("account", accountOf("count", 5))); // what mends it may be written
        expect(await leasedIn(store)).toBe(5);
      },
    );

    /** Any string at all: NUL, lone surrogates, and what JSON, SQL and arrays quote. */
    const text = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 5 }).map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        "\0",
        "\ud800",
        "\udc00x",
        "'",
        '"',
        "\\",
        "{}",
        '{"a",b}',
        "NULL",
        "",
        "$1",
        "\u{1f600}",
        "__proto__",
      ),
    );
    const name = text.map((each) => (each === "" ? "x" : each.slice(0, 128)));
    const holder = fc.oneof(
      {
        arbitrary: fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 }),
        weight: 9,
      },
      { arbitrary: fc.constant("__proto__"), weight: 1 },
    );
    const isKeepable = (each: string) => each.isWellFormed() && !each.includes("\0");

    test("any document comes back as it was put, or is refused where what it is found by can't be kept", async () => {
      const documents = fc.record({
        tenant: name,
        people: fc.array(name, { maxLength: 3 }),
        reason: fc.record({ commitment: text, salt: text, text }, { noNullPrototype: true }),
        teams: fc.array(name, { maxLength: 3 }),
        held: fc.dictionary(holder, fc.integer({ min: 1 }), { maxKeys: 3, noNullPrototype: true }),
      });
      let kept = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(documents, async ({ tenant, people, reason, teams, held }) => {
          const asked_by = { principal: "x", people, teams };
          const request = requestOf("any", { tenant, reason, owners: teams, asked_by });
          const account = { ...accountOf(tenant, 1, tenant), held };
          const written = store.write(async (transaction) => {
            await transaction.put("request", request);
            await transaction.put("account", account);
          });
          const canBeKept = [tenant, ...people].every(isKeepable) && !Object.hasOwn(held, "__proto__");
          if (!canBeKept) {
            refused++;
            await expect(written).rejects.toMatchObject({ code: "INPUT_INVALID" });
            return;
          }
          await written;
          kept++;
          await store.read(async (transaction) => {
            expect(await transaction.get("request", request.id)).toStrictEqual(request);
            expect({ ...(await transaction.get("account", tenant)) }.held).toEqual(held);
            expect(await transaction.find("request", { tenant })).toStrictEqual([request]);
            for (const person of people) {
              expect(await transaction.find("request", { tenant, person })).toStrictEqual([request]);
            }
          });
        }),
        { numRuns: 200 },
      );
      expect(Math.min(kept, refused)).toBeGreaterThan(10);
    });

    test("finds nothing, rather than something else, by any name that nobody has", async () => {
      await increment(store);
      await fc.assert(
        fc.asyncProperty(name, async (any) => {
          fc.pre(any !== "shop" && any !== "count");
          await store.read(async (transaction) => {
            expect(await transaction.get("account", any)).toBeUndefined();
            expect(await transaction.find("account", { tenant: any })).toEqual([]);
            expect(await transaction.find("account", { states: [any] })).toEqual([]);
            expect(await transaction.find("account", { person: any })).toEqual([]);
            await transaction.find("account", { after: any });
          });
        }),
        { numRuns: 100 },
      );
    });

    test("once closed it refuses; what had begun ends first; closing twice is fine", async () => {
      const [written, read] = [increment(store), leasedIn(store)];
      await store.close();
      await store.close();
      await written;
      await read;
      for (const late of [increment(store), leasedIn(store)]) {
        await expect(late).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
      }
      store = await place.open();
      expect(await leasedIn(store)).toBe(1);
    });

    const UNKEEPABLE: readonly (readonly [name: string, put: (each: Store) => Promise<void>])[] = [
      ["NUL in an id", (each) => each.write((to) => to.put("account", accountOf("a\0b")))],
      ["a lone surrogate in an id", (each) => each.write((to) => to.put("account", accountOf("\udc00")))],
      [
        "a lone surrogate in a tenant",
        (each) => each.write((to) => to.put("account", accountOf("a", 1, "\ud83d"))),
      ],
      [
        "NUL in a person",
        (each) =>
          each.write((to) =>
            to.put(
              "request",
              requestOf("a", { asked_by: { principal: "a", people: ["a", "\0"], teams: [] } }),
            ),
          ),
      ],
      [
        "a key that would be lost",
        (each) =>
          each.write((to) => to.put("account", { ...accountOf("a"), held: JSON.parse('{"__proto__":1}') })),
      ],
    ];
    test.each(UNKEEPABLE)("refuses %s, and quotes nothing", async (_, put) => {
      const error = await put(store).catch((cause) => cause);
      expect(error).toBeInstanceOf(OperatingError);
      expect(error).toMatchObject({ code: "INPUT_INVALID" });
      expect(error.line).not.toMatch(/[^ -~]|__proto__/);
      expect(await store.read((transaction) => transaction.find("account", {}))).toEqual([]);
    });
  });
