import { foldText } from "@scrim/detect";
import type { Decision, Plan } from "@scrim/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planOf } from "../test/plans.ts";
import { DecisionCache } from "./decision-cache.ts";
import { redactedLabel } from "./labels.ts";

const plan = planOf(`
classes: { direct_identifier: pseudonym }
rules:
  - { attribute: "order.*", action: keep }
  - { attribute: secret, where: { resource: { service.name: pay } }, action: drop }
`);

const keepsKeys = () => undefined;

function lookup(cache: DecisionCache, path: string, keyStart = 0) {
  const bytes = Buffer.from(`..${path}..`);
  return cache.lookup(bytes, 2, bytes.length - 2, 2 + keyStart);
}

test("any keys, in any order and repeated: the cache says what the plan decides", () => {
  const known = fc.constantFrom(
    "user.email",
    "order.id",
    "secret",
    "client.address",
    "http.route",
    "",
    "a.b.c",
  );
  const keys = fc.array(fc.oneof(known, fc.string({ unit: "grapheme", maxLength: 12 })), { maxLength: 100 });
  fc.assert(
    fc.property(keys, fc.constantFrom(0, 1), (paths, holds) => {
      const cache = new DecisionCache(plan, [holds], keepsKeys);
      for (const path of [...paths, ...paths]) {
        const entry = lookup(cache, path);
        const read = foldText(Buffer.from(path))?.bytes.toString() ?? path;
        expect(entry.path).toBe(read);
        expect(entry.decision).toEqual(plan.decide(read, holds));
      }
    }),
  );
});

test("a key is decided once, and found again in another buffer", () => {
  const asked: string[] = [];
  const counting: Plan = {
    ...plan,
    decide(path, holds): Decision {
      asked.push(path);
      return plan.decide(path, holds);
    },
  };
  const cache = new DecisionCache(counting, [0], keepsKeys);
  const first = lookup(cache, "user.email");
  expect(lookup(cache, "user.email")).toBe(first);
  expect(asked).toEqual(["user.email"]);
});

test.each<[name: string, keys: readonly string[]]>([
  ["more keys than are kept", Array.from({ length: 40_000 }, (_, n) => `k${n}`)],
  ["keys whose bytes fill the arena", Array.from({ length: 3000 }, (_, n) => `${n}`.padEnd(1000, "k"))],
  ["keys too long to be kept", Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(5000, "k"))],
])("%s are decided all the same, and the first is known again afterwards", (_, keys) => {
  const cache = new DecisionCache(plan, [0], keepsKeys);
  for (const key of keys) expect(lookup(cache, key).path).toBe(key);
  for (const key of ["order.id", "order.id", keys[0]!]) {
    expect(lookup(cache, key).decision).toEqual(plan.decide(key, 0));
  }
});

test.each([
  "pass\u200bword",
  "ｐａｓｓｗｏｒｄ",
  "pаsswоrd", // with Cyrillic а and о
  "𝚙𝚊𝚜𝚜𝚠𝚘𝚛𝚍",
  "pass%77ord",
  "\\u0070assword",
])("%s is decided as the key it reads like", (key) => {
  const entry = lookup(new DecisionCache(plan, [0], keepsKeys), key);
  expect(entry.decision).toEqual(plan.decide("password", 0));
  expect(entry.path).toBe("password"); // the word that detectors see
});

test("a rule that names a key as it is written still holds, where what it reads like is treated less strictly", () => {
  const written = planOf("rules: [{ attribute: ｉｄ, action: drop }, { attribute: id, action: keep }]\n");
  const cache = new DecisionCache(written, [0], keepsKeys);
  expect(lookup(cache, "ｉｄ").decision.action).toEqual({ kind: "drop" });
  expect(lookup(cache, "id").decision.action).toEqual({ kind: "keep" });
});

test("under several sets of conditions the strictest decision counts", () => {
  const cache = new DecisionCache(plan, [0, 1], keepsKeys);
  expect(lookup(cache, "secret").decision.action).toEqual({ kind: "drop" });
});

test("a key longer than any name is decided by its end as well", () => {
  const cache = new DecisionCache(plan, [0], keepsKeys);
  expect(lookup(cache, `${"k".repeat(2000)}.user.email`).decision.action).toEqual({ kind: "pseudonym" });
});

describe("a key that holds data", () => {
  const asEmail = (key: Buffer) => (key.includes("@") ? redactedLabel("email") : undefined);

  test("is replaced, and decided by what is left", () => {
    const cache = new DecisionCache(plan, [0], asEmail);
    const entry = lookup(cache, "user.jane@example.com", "user.".length);
    expect(entry.keyReplacement?.toString()).toBe("[REDACTED:email]");
    expect(entry.path).toBe("user.[REDACTED:email]");
    expect(entry.decision).toEqual(lookup(cache, "user.[REDACTED:email]", "user.".length).decision);
  });

  test("that is no UTF-8 is withheld", () => {
    const bytes = Buffer.of(0x61, 0xff);
    const { keyReplacement } = new DecisionCache(plan, [0], asEmail).lookup(bytes, 0, 2, 0);
    expect(keyReplacement?.toString()).toBe("[WITHHELD:utf8]");
  });

  test("is withheld where looking at it fails", () => {
    const cache = new DecisionCache(plan, [0], () => {
      throw new Error("out of memory");
    });
    expect(lookup(cache, "jane@example.com").keyReplacement?.toString()).toBe("[WITHHELD:error]");
  });

  test("is found however long it is, behind keys of any length", () => {
    const cache = new DecisionCache(plan, [0], asEmail);
    for (let length = 0; length < 80; length++) {
      expect(lookup(cache, "k".repeat(length)).keyReplacement).toBeUndefined();
      const address = `${"k".repeat(length)}j@shop.example`;
      expect(lookup(cache, address).keyReplacement?.toString()).toBe("[REDACTED:email]");
    }
  });
});

test("in a body, keys that nothing names get what the body gets", () => {
  const cache = new DecisionCache(plan, [0], keepsKeys);
  expect(lookup(cache, "nobody.knows").inBody(plan.body).decision).toBe(plan.body);
  const known = lookup(cache, "user.email");
  expect(known.inBody(plan.body)).toBe(known);
});

test("what a key becomes holds on to no memory but its own", () => {
  const cache = new DecisionCache(plan, [0], () =>
    Buffer.from("a small buffer, which Node cuts out of a large one"),
  );
  const { keyReplacement } = lookup(cache, "jane@shop.example");
  expect(keyReplacement?.toString()).toMatch(/^a small buffer/);
  expect(keyReplacement?.buffer.byteLength).toBe(keyReplacement?.length);
});
