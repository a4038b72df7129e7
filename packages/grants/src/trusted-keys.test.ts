import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  AUDIENCE,
  bundle,
  grant,
  keySet,
  keys,
  NOW,
  revealBundle,
  revealGrant,
  TestClock,
  TRACE_ID,
} from "../test/fixtures.ts";
import { signBundle } from "./bundle.ts";
import { BundleIntake } from "./bundle-intake.ts";
import type { Clock } from "./clock.ts";
import type { VersionStore } from "./document-intake.ts";
import { FileSource } from "./file-source.ts";
import { GrantSet } from "./grant-set.ts";
import { HttpSource } from "./http-source.ts";
import { type KeySet, type KeyUse, signKeySet } from "./key-set.ts";
import type { Key } from "./keys.ts";
import { PolledSource } from "./polled-source.ts";
import { signRevealBundle } from "./reveal-bundle.ts";
import { RevealIntake } from "./reveal-intake.ts";
import { RevealSet } from "./reveal-set.ts";
import { SignedSource } from "./signed-source.ts";
import { type BundleSource, MemorySource } from "./sources.ts";
import { TrustedKeys } from "./trusted-keys.ts";
import { VersionFile } from "./version-file.ts";

const root = keys("root");
const [first, second] = [keys("signing"), keys("signing")];
const service = keys("service");

const setOf = (signers: readonly Key[], changes: Partial<KeySet> = {}, uses?: readonly KeyUse[]) =>
  signKeySet(keySet(signers, changes, uses), root.privateKey);
const bundleBy = ({ privateKey }: { privateKey: Key }, changes = {}) =>
  signBundle(bundle([grant()], changes), privateKey, [service.publicKey]);

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "scrim-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function setUp(versions?: VersionStore) {
  const clock = new TestClock();
  const sets = new MemorySource();
  const trusted = new TrustedKeys({
    roots: [root.publicKey],
    source: sets,
    clock,
    ...(versions && { versions }),
  });
  const problems: unknown[] = [];
  trusted.start((problem) => problems.push(problem));
  onTestFinished(() => trusted.close());
  const ids = (use: KeyUse = "grants") => trusted.for(use).map(({ id }) => id);
  return { clock, sets, trusted, problems, ids };
}

/** What a process has of bundles that a source brings. */
function clientOf(trusted: TrustedKeys, bundles: BundleSource, clock: Clock) {
  const grants = new GrantSet(clock);
  const intake = new BundleIntake(grants, {
    audience: AUDIENCE,
    get trusted() {
      return trusted.for("grants");
    },
    own: [service.privateKey],
    clock,
  });
  const problems: unknown[] = [];
  const source = new SignedSource({ bundles, signers: trusted, use: "grants" });
  source.start(intake, (problem) => problems.push(problem));
  onTestFinished(() => source.close());
  return { grants, source, problems };
}

/** A client whose bundles and sets come from the test. */
function setUpClient() {
  const base = setUp();
  const bundles = new MemorySource();
  const { grants, problems } = clientOf(base.trusted, bundles, base.clock);
  return { ...base, bundles, problems, isApproved: () => grants.forTraceId(TRACE_ID) !== undefined };
}

test("keys are trusted for what their set says, and none before there is a set", () => {
  const { sets, ids } = setUp();
  expect(ids()).toEqual([]);
  const policy = keys("policy");
  sets.put(
    setOf([], {
      keys: [
        { key: first.publicKey, uses: ["grants"] },
        { key: second.publicKey, uses: ["grants", "reveals"] },
        { key: policy.publicKey, uses: ["policies"] },
      ],
    }),
  );
  expect(ids("grants")).toEqual([first.publicKey.id, second.publicKey.id]);
  expect(ids("reveals")).toEqual([second.publicKey.id]);
  expect(ids("policies")).toEqual([policy.publicKey.id]);
});

test("a set that is not renewed trusts nobody at its end, and the clock can't be set back behind it", () => {
  const { sets, clock, ids, trusted } = setUp();
  sets.put(setOf([first.publicKey], { expiresAt: NOW + 100 }));
  clock.advance(99.9);
  expect(ids()).toHaveLength(1);
  clock.advance(0.1);
  expect(ids()).toEqual([]);
  clock.wall = NOW * 1000; // set back: the other clock goes on
  expect(ids()).toEqual([]);
  expect(trusted.isFresh).toBe(false);
  clock.wall = (NOW + 100) * 1000;
  sets.put(setOf([second.publicKey], { version: 2, issuedAt: NOW + 100, expiresAt: NOW + 200 }));
  expect(ids()).toEqual([second.publicKey.id]);
});

test("whoever listens hears of each set, and of the end of the last", async () => {
  const now = Math.floor(Date.now() / 1000);
  const sets = new MemorySource();
  const trusted = new TrustedKeys({ roots: [root.publicKey], source: sets });
  trusted.start(() => {});
  onTestFinished(() => trusted.close());
  const heard: boolean[] = [];
  trusted.onChange(() => heard.push(trusted.isFresh));
  sets.put(setOf([first.publicKey], { issuedAt: now, expiresAt: now + 2 }));
  expect(heard).toEqual([true]);
  await vi.waitFor(() => expect(heard).toEqual([true, false]), { timeout: 5_000 });
});

test.each([
  ["older", { version: 4 }, "not after version 5"],
  ["of the same version, with other keys", { version: 5, keys: [] }, "not after version 5"],
  ["expired", { version: 6, issuedAt: NOW - 100, expiresAt: NOW }, "expired"],
  ["of the future", { version: 6, issuedAt: NOW + 31 }, "future"],
])("a set that is %s is refused, and the one before stays", (_, changes, reason) => {
  const { sets, ids } = setUp();
  sets.put(setOf([second.publicKey], { version: 5 }));
  expect(() => sets.put(setOf([first.publicKey, second.publicKey], changes))).toThrow(
    expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) }),
  );
  expect(ids()).toEqual([second.publicKey.id]);
});

test("a set in which a key is still trusted is refused after a restart too", () => {
  const file = join(temporaryFolder(), "version.keys");
  const newest = setOf([second.publicKey], { version: 5 });
  setUp(new VersionFile(file)).sets.put(newest);
  const again = setUp(new VersionFile(file));
  expect(() => again.sets.put(setOf([first.publicKey], { version: 4 }))).toThrow("not after version 5");
  expect(again.ids()).toEqual([]);
  again.sets.put(newest);
  expect(again.ids()).toEqual([second.publicKey.id]);
});

test("bundles wait for the first set, and are not told of meanwhile", () => {
  const { sets, bundles, problems, isApproved } = setUpClient();
  bundles.put(bundleBy(first));
  expect([isApproved(), problems]).toEqual([false, []]);
  sets.put(setOf([first.publicKey]));
  expect([isApproved(), problems]).toEqual([true, []]);
});

test("signers change without a gap: new beside old, new alone, old removed", () => {
  const { sets, bundles, problems, isApproved } = setUpClient();
  sets.put(setOf([first.publicKey]));
  bundles.put(bundleBy(first));
  sets.put(setOf([first.publicKey, second.publicKey], { version: 2 }));
  expect(isApproved()).toBe(true);
  bundles.put(bundleBy(second, { version: 2 }));
  expect(isApproved()).toBe(true);
  sets.put(setOf([second.publicKey], { version: 3 }));
  expect([isApproved(), problems]).toEqual([true, []]);
});

test("what a removed key has signed ends at once, and nothing more of it is taken", () => {
  const { sets, bundles, isApproved } = setUpClient();
  sets.put(setOf([first.publicKey, second.publicKey]));
  bundles.put(bundleBy(first));
  expect(isApproved()).toBe(true);
  sets.put(setOf([second.publicKey], { version: 2 }));
  expect(isApproved()).toBe(false);
  expect(() => bundles.put(bundleBy(first, { version: 2 }))).toThrow("signing key is not trusted");
  expect(isApproved()).toBe(false);
  bundles.put(bundleBy(second, { version: 1 })); // versions are counted anew
  expect(isApproved()).toBe(true);
});

test("however high the versions of a thief were, the control plane's next bundle is taken", () => {
  const file = join(temporaryFolder(), "version");
  const clock = new TestClock();
  const start = (trusted: readonly Key[]) => {
    const grants = new GrantSet(clock);
    const versions = new VersionFile(file);
    const intake = new BundleIntake(grants, {
      audience: AUDIENCE,
      trusted,
      own: [service.privateKey],
      clock,
      versions,
    });
    return { intake, isApproved: () => grants.forTraceId(TRACE_ID) !== undefined };
  };
  const both = start([first.publicKey, second.publicKey]);
  both.intake.accept(bundleBy(first, { version: Number.MAX_SAFE_INTEGER }));
  expect(() => both.intake.accept(bundleBy(second, { version: 7 }))).toThrow("not after version");
  const without = start([second.publicKey]);
  expect(without.intake.accept(bundleBy(second, { version: 7 }))).toBe("taken");
  expect(() => without.intake.accept(bundleBy(second, { version: 6 }))).toThrow("not after version 7");
  expect(without.isApproved()).toBe(true);
});

test("a key that comes back brings its bundle back from its file, while that is fresh", async () => {
  const { sets, clock, trusted } = setUp();
  const file = join(temporaryFolder(), "bundle");
  writeFileSync(file, bundleBy(first), { mode: 0o600 });
  const { grants, source, problems } = clientOf(trusted, new FileSource(file, 20), clock);
  onTestFinished(() => source.close());
  const isApproved = () => grants.forTraceId(TRACE_ID) !== undefined;
  sets.put(setOf([second.publicKey]));
  await vi.waitUntil(() => problems.length > 0);
  sets.put(setOf([first.publicKey], { version: 2 }));
  await vi.waitUntil(isApproved);
  sets.put(setOf([], { version: 3 }));
  expect(isApproved()).toBe(false);
  sets.put(setOf([first.publicKey], { version: 4 }));
  await vi.waitUntil(isApproved);
});

test("a key that may sign something else may not sign grants", () => {
  const { sets, bundles, isApproved } = setUpClient();
  sets.put(setOf([first.publicKey], {}, ["reveals", "policies"]));
  expect(() => bundles.put(bundleBy(first))).toThrow("signing key is not trusted");
  expect(isApproved()).toBe(false);
});

test("a root signs no bundles", () => {
  const { sets, bundles } = setUpClient();
  sets.put(setOf([first.publicKey]));
  expect(() => bundles.put(bundleBy(root))).toThrow(expect.objectContaining({ code: "BUNDLE_REFUSED" }));
});

test("when the set ends, no newer bundle is taken", () => {
  const { sets, bundles, clock, isApproved } = setUpClient();
  sets.put(setOf([first.publicKey], { expiresAt: NOW + 30 }));
  bundles.put(bundleBy(first));
  clock.advance(30);
  const next = bundleBy(first, { version: 2, issuedAt: NOW + 30, expiresAt: NOW + 90 });
  expect(() => bundles.put(next)).toThrow("signing key is not trusted");
  clock.advance(30);
  expect(isApproved()).toBe(false);
});

test("reveals of a removed key end too", () => {
  const { sets, trusted, clock } = setUp();
  const reveals = new RevealSet(clock);
  const intake = new RevealIntake(reveals, {
    audience: "reveal",
    get trusted() {
      return trusted.for("reveals");
    },
    clock,
  });
  const bundles = new MemorySource();
  const source = new SignedSource({ bundles, signers: trusted, use: "reveals" });
  source.start(intake, () => {});
  onTestFinished(() => source.close());
  sets.put(setOf([first.publicKey]));
  bundles.put(signRevealBundle(revealBundle([revealGrant()]), first.privateKey));
  expect([reveals.isFresh, reveals.heldBy("jane").length]).toEqual([true, 1]);
  sets.put(setOf([second.publicKey], { version: 2 }));
  expect([reveals.isFresh, reveals.heldBy("jane").length]).toEqual([false, 0]);
});

test("a set in a file that others may read is taken, and a newer one when it is there", async () => {
  const file = join(temporaryFolder(), "keys.set");
  writeFileSync(file, setOf([first.publicKey], { issuedAt: 0, expiresAt: 1 }), { mode: 0o644 });
  const source = new FileSource(file, 20, { isPrivate: false });
  const trusted = new TrustedKeys({ roots: [root.publicKey], source, clock: new TestClock() });
  const problems: unknown[] = [];
  trusted.start((problem) => problems.push(problem));
  onTestFinished(() => trusted.close());
  expect(problems).toMatchObject([
    { code: "BUNDLE_REFUSED", message: expect.stringContaining("set of keys") },
  ]);
  writeFileSync(file, setOf([second.publicKey]));
  await vi.waitUntil(() => trusted.for("grants")[0]?.id === second.publicKey.id);
});

/** A server of a set, and how often and with what it was asked. */
async function setServer(bytes: Buffer) {
  const state = { bytes, etag: '"1"', status: 200 };
  const asked: { readonly etag: string | undefined; readonly auth: string | undefined }[] = [];
  const server = createServer(({ headers }, response) => {
    asked.push({ etag: headers["if-none-match"], auth: headers.authorization });
    if (state.status !== 200) response.writeHead(state.status).end();
    else if (headers["if-none-match"] === state.etag) response.writeHead(304).end();
    else response.writeHead(200, { etag: state.etag }).end(state.bytes);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { state, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/key-set` };
}

function polled(source: PolledSource) {
  const trusted = new TrustedKeys({ roots: [root.publicKey], source, clock: new TestClock() });
  const problems: unknown[] = [];
  trusted.start((problem) => problems.push(problem));
  onTestFinished(() => trusted.close());
  return { trusted, problems, first: () => trusted.for("grants")[0]?.id };
}

test("a server is asked for its set again and again, with what is known of it", async () => {
  const { state, asked, url } = await setServer(setOf([first.publicKey]));
  const client = polled(
    new PolledSource({ url, authorization: () => "Bearer t0ken", everyMs: 40, apartMinMs: 10 }),
  );
  await vi.waitUntil(() => client.first() === first.publicKey.id && asked.length > 2);
  expect(asked.slice(0, 3)).toEqual(
    [undefined, '"1"', '"1"'].map((etag) => ({ etag, auth: "Bearer t0ken" })),
  );
  Object.assign(state, { bytes: setOf([second.publicKey], { version: 2 }), etag: '"2"' });
  await vi.waitUntil(() => client.first() === second.publicKey.id);
  expect(client.problems).toEqual([]);
});

test("a server is asked soon when somebody wants it, and not more often than that", async () => {
  const { state, asked, url } = await setServer(setOf([first.publicKey]));
  const client = polled(new PolledSource({ url, apartMinMs: 100 }));
  await vi.waitUntil(() => client.first() !== undefined);
  Object.assign(state, { bytes: setOf([second.publicKey], { version: 2 }), etag: '"2"' });
  client.trusted.look();
  await vi.waitUntil(() => client.first() === second.publicKey.id, { timeout: 3_000 });
  const before = asked.length;
  const looks = setInterval(() => client.trusted.look(), 1);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  clearInterval(looks);
  expect(asked.length - before).toBeGreaterThan(3);
  expect(asked.length - before).toBeLessThan(12);
});

test("a server that fails, or sends too much, is told of once, and asked again", async () => {
  const { state, asked, url } = await setServer(Buffer.alloc(100_000));
  const client = polled(new PolledSource({ url, apartMinMs: 10 }));
  await vi.waitUntil(() => asked.length > 3, { timeout: 3_000 });
  expect(client.problems).toMatchObject([
    {
      code: "SOURCE_UNREACHABLE",
      message: expect.stringContaining("no set of keys came: an answer that is"),
    },
  ]);
  expect(JSON.stringify(client.problems)).not.toContain(url);
  state.bytes = setOf([first.publicKey]);
  await vi.waitUntil(() => client.first() === first.publicKey.id, { timeout: 3_000 });
});

test("a bundle whose signer is in a newer set makes that both are fetched again soon", async () => {
  const sets = await setServer(setOf([first.publicKey]));
  const { trusted, first: signer } = polled(new PolledSource({ url: sets.url, apartMinMs: 10 }));
  await vi.waitUntil(() => signer() !== undefined);
  const server = await setServer(bundleBy(second));
  const bundles = new HttpSource({ url: server.url, waitMinMs: 20_000 }); // else it would wait for ten seconds
  const { grants, problems } = clientOf(trusted, bundles, new TestClock());
  Object.assign(sets.state, { bytes: setOf([second.publicKey], { version: 2 }), etag: '"2"' });
  await vi.waitUntil(() => grants.forTraceId(TRACE_ID) !== undefined, { timeout: 3_000 });
  expect(problems).toMatchObject([{ message: expect.stringContaining("signing key is not trusted") }]);
});
