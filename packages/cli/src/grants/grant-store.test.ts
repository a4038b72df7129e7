import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NAME, NOW, storedGrant, storedService } from "../../test/stores.ts";
import { changeStore, grantsFor, parseStore, readStore, stateOf } from "./grant-store.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-store-"));
  path = join(folder, "grants.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what is written is read back, by its owner alone", async () => {
  const [service, grant] = [storedService(), storedGrant()];
  await changeStore(path, NOW, (store) => ({ ...store, services: [service], grants: [grant] }));
  expect(readStore(path)).toEqual({ format: 1, services: [service], grants: [grant] });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("without a file the store is empty, and a change that fails writes none", async () => {
  const failing = changeStore(path, NOW, () => {
    throw new Error("planted");
  });
  await expect(failing).rejects.toThrow("planted");
  expect(readStore(path)).toEqual({ format: 1, services: [], grants: [] });
});

test("a store that others may read is refused, with the command that helps", async () => {
  await changeStore(path, NOW, (store) => store);
  chmodSync(path, 0o640);
  expect(() => readStore(path)).toThrow(
    expect.objectContaining({ code: "CONFIG_UNREADABLE", hint: `chmod 600 ${path}` }),
  );
});

test("what ended a day ago leaves the store with the next change", async () => {
  const ended = storedGrant({ id: "aaaaaaaaaaaaaaaa", not_before: NOW - 200_000, expires_at: NOW - 86_400 });
  const recent = storedGrant({ id: "bbbbbbbbbbbbbbbb", not_before: NOW - 200_000, expires_at: NOW - 86_399 });
  const revoked = { ...storedGrant({ id: "cccccccccccccccc" }), revoked_at: NOW - 90_000 };
  await changeStore(path, NOW, (store) => ({ ...store, grants: [ended, recent, revoked] }));
  expect(readStore(path).grants).toEqual([recent]);
});

test.each([
  ["active", {}, undefined, true],
  ["scheduled", { not_before: NOW + 1 }, undefined, true],
  ["expired", { expires_at: NOW }, undefined, false],
  ["revoked", {}, NOW - 1, false],
])("a grant that is %s is in a bundle or not", (state, terms, revokedAt, isIn) => {
  const grant = { ...storedGrant(terms), ...(revokedAt !== undefined && { revoked_at: revokedAt }) };
  expect(stateOf(grant, NOW)).toBe(state);
  const store = { format: 1 as const, services: [], grants: [grant] };
  expect(grantsFor(store, NAME, NOW)).toEqual(isIn ? [grant] : []);
  expect(grantsFor(store, { ...NAME, environment: "staging" }, NOW)).toEqual([]);
});

test.each<[string, (text: string) => string]>([
  ["is cut off", (text) => text.slice(0, -10)],
  ["has an unknown key", (text) => text.replace('"format"', '"x": 1, "format"')],
  ["is of another format", (text) => text.replace('"format": 1', '"format": 2')],
  ["has a grant without end", (text) => text.replace(/"expires_at": \d+/, '"expires_at": null')],
  ["has a grant with a short key", (text) => text.replace(/"key": "[^"]+"/, '"key": "c2VjcmV0"')],
  ["has a service key that is none", (text) => text.replace(/BEGIN PUBLIC KEY/, "BEGIN KEY")],
  ["has a reason of two lines", (text) => text.replace("ticket 4711", "ticket\\n4711")],
])("a store that %s is refused whole, and nothing of it is told", async (_, change) => {
  await changeStore(path, NOW, (store) => ({
    ...store,
    services: [storedService()],
    grants: [storedGrant()],
  }));
  const text = readFileSync(path, "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text));
  let error: unknown;
  try {
    readStore(path);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: "STORE_UNUSABLE", path });
  expect(JSON.stringify(error)).not.toMatch(/ticket|c2Vj/);
});

test("any text is a store or refused", () => {
  const texts = fc.oneof(fc.string(), fc.json(), fc.constant('{"format":1,"services":[],"grants":[]}'));
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(parseStore(text, path).format).toBe(1);
      } catch (error) {
        expect(error).toMatchObject({ code: "STORE_UNUSABLE" });
      }
    }),
  );
});
