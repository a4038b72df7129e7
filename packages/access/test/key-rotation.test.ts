import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { directorySource, parseEntry, readBundles, readPublished, readVerifier } from "@scrim/audit";
import {
  type Bundle,
  BundleIntake,
  claimedSigner,
  GrantSet,
  generateKeys,
  HttpSource,
  type KeyPairText,
  openBundle,
  PolledSource,
  readPrivateKey,
  readPublicKey,
  SignedSource,
  signBundle,
  signKeySet,
  TrustedKeys,
  VersionFile,
} from "@scrim/grants";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import {
  captureInput,
  enrolPay,
  type RunningAccess,
  type RunningAccessOptions,
  runAccess,
} from "./running-access.ts";

/* A control plane whose signing keys a root names, and its real clients: keys are replaced and removed while they listen. */

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const AUDIENCE = { service: "pay", environment: "production" };

let access: RunningAccess;
afterEach(() => access.stop());

async function start(options: RunningAccessOptions = {}): Promise<void> {
  access = await runAccess({ isRooted: true, refreshMs: 1_000, settledMs: 1_500, ...options });
}

/** A grant for a trace, and a process of the service with the root's public half alone. */
async function startClient(everyMs = 300) {
  const service = await enrolPay(access);
  const input = captureInput({}, { selector: { trace_ids: [TRACE_ID] }, traces_max: undefined });
  const { id } = (await access.call<{ id: string }>("ana", "POST", "/v1/requests", { body: input })).body;
  await access.call("cy", "POST", `/v1/requests/${id}/approve`, { body: {} });
  const authorization = () => `Bearer ${access.tokenOf("pay-pods")}`;
  const problems: unknown[] = [];
  const tell = (problem: unknown) => problems.push(problem);
  const keys = new TrustedKeys({
    roots: [readPublicKey("root", access.root.publicKey, "root.pub")],
    source: new PolledSource({ url: `${access.url}/v1/key-set`, authorization, everyMs, apartMinMs: 100 }),
    versions: new VersionFile(join(access.folder, "client.keys")),
  });
  keys.start(tell);
  onTestFinished(() => keys.close());
  const grants = new GrantSet();
  const own = [readPrivateKey("service", service.privateKey, "pay.key")];
  const signers: (string | undefined)[] = [];
  const taking = new BundleIntake(grants, {
    audience: AUDIENCE,
    get trusted() {
      return keys.for("grants");
    },
    own,
  });
  const intake = {
    what: taking.what,
    recheck: () => taking.recheck(),
    accept(bytes: Buffer) {
      const outcome = taking.accept(bytes);
      signers.push(claimedSigner(bytes));
      return outcome;
    },
  };
  const bundles = new HttpSource({
    url: `${access.url}/v1/bundles/pay/production`,
    authorization,
    waitMinMs: 20,
  });
  const source = new SignedSource({ bundles, signers: keys, use: "grants" });
  source.start(intake, tell);
  onTestFinished(() => source.close());
  const isApproved = () => grants.forTraceId(TRACE_ID) !== undefined;
  await vi.waitUntil(isApproved, { timeout: 5_000 });
  return { problems, signers, grants, keys, own, intake, isApproved, service };
}

/** Looks each few milliseconds whether grants are in force. */
function watchGaps(isApproved: () => boolean) {
  const watch = { looks: 0, gaps: 0 };
  const timer = setInterval(() => {
    watch.looks++;
    if (!isApproved()) watch.gaps++;
  }, 2);
  onTestFinished(() => clearInterval(timer));
  return watch;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function entries(): Promise<readonly { action: string; facts?: unknown; ids?: unknown }[]> {
  const source = directorySource(join(access.folder, "audit"));
  const { size } = await readPublished(source, readVerifier("log", access.auditKey, "audit.pub"));
  const found: { action: string; facts?: unknown; ids?: unknown }[] = [];
  for await (const { entries: bytes } of readBundles(source, size))
    for (const each of bytes) found.push(parseEntry(each)!);
  return found.filter(({ action }) => action.startsWith("keys."));
}

test("keys are replaced while a client listens: no moment without grants, no bundle refused", {
  timeout: 40_000,
}, async () => {
  await start();
  const client = await startClient();
  const watch = watchGaps(client.isApproved);
  const next = generateKeys("signing");

  access.putKeySet(2, [access.signing, next]);
  access.put("signing.key", next.privateKey); // at the same moment: it signs when all know it
  await sleep(1_500);
  expect(new Set(client.signers)).toEqual(new Set([access.signing.id]));
  await vi.waitUntil(() => client.signers.at(-1) === next.id, { timeout: 10_000 });

  await sleep(1_500); // what the old key has signed is replaced everywhere
  access.putKeySet(3, [next]);
  await vi.waitUntil(() => client.keys.for("grants").length === 1, { timeout: 5_000 });
  await sleep(2_500);

  expect(client.problems).toEqual([]);
  expect(access.problems).toEqual([]);
  expect(watch.gaps).toBe(0);
  expect(watch.looks).toBeGreaterThan(500);
  expect(client.signers.at(-1)).toBe(next.id);
  expect(client.isApproved()).toBe(true);
  expect((await entries()).map(({ action, facts, ids }) => [action, facts ?? ids])).toEqual([
    ["keys.serve", { version: 2 }],
    ["keys.sign", expect.objectContaining({ key: next.id })],
    ["keys.serve", { version: 3 }],
  ]);
});

test("a new key waits until clients that ask seldom have it", { timeout: 40_000 }, async () => {
  await start({ settledMs: 8_000 });
  const client = await startClient(6_000); // it asks again in three to six seconds
  const next = generateKeys("signing");
  access.putKeySet(2, [access.signing, next]);
  access.put("signing.key", next.privateKey);
  await sleep(7_000); // a second and more for the control plane to see both
  expect(new Set(client.signers)).toEqual(new Set([access.signing.id]));
  await vi.waitUntil(() => client.signers.at(-1) === next.id, { timeout: 10_000 });
  expect([client.problems, access.problems]).toEqual([[], []]);
});

test("a key that no set has does not sign, and that is told", { timeout: 20_000 }, async () => {
  await start();
  const client = await startClient();
  const next = generateKeys("signing");
  access.put("signing.key", next.privateKey);
  await sleep(3_500);
  expect(access.problems).toMatchObject([
    { code: "KEY_INVALID", message: expect.stringContaining("not in the set of keys") },
  ]);
  expect([client.isApproved(), client.problems]).toEqual([true, []]);
  expect(new Set(client.signers)).toEqual(new Set([access.signing.id]));
  access.putKeySet(2, [generateKeys("signing")]); // nor in the place of one that was removed
  await sleep(2_500);
  expect(access.problems.at(-1)).toMatchObject({
    code: "KEY_INVALID",
    message: expect.stringContaining("services refuse that"),
  });
  expect((await entries()).map(({ action }) => action)).toEqual(["keys.serve"]);
});

test("what a removed key signs is refused within a client's refresh, and what it has signed ends", {
  timeout: 20_000,
}, async () => {
  await start();
  const client = await startClient();
  const stolen = readPrivateKey("signing", access.signing.privateKey, "signing.key");
  const next = generateKeys("signing");
  const forged = (version: number) => {
    const now = Math.floor(Date.now() / 1000);
    const bundle: Bundle = { audience: AUDIENCE, version, issuedAt: now, expiresAt: now + 3_600, grants: [] };
    return signBundle(bundle, stolen, [readPublicKey("service", client.service.publicKey, "pay.pub")]);
  };
  const inAnHour = Date.now() + 3_600_000;
  client.intake.accept(forged(inAnHour)); // while it is trusted: nothing of the control plane is newer for an hour
  expect(client.isApproved()).toBe(false);

  access.putKeySet(2, [next]); // without waiting: the old key is known to others
  access.put("signing.key", next.privateKey);
  const removedAt = performance.now();
  const isRefused = (version: number) => {
    try {
      client.intake.accept(forged(version));
      return false;
    } catch (error) {
      return (error as Error).message.includes("signing key is not trusted");
    }
  };
  let version = inAnHour;
  await vi.waitUntil(() => isRefused(++version), { timeout: 5_000, interval: 20 });
  // Half a second until the file is looked at, a second until it is followed, and the client's own.
  expect(performance.now() - removedAt).toBeLessThan(2_500);
  expect((await entries()).map(({ action }) => action)).toEqual(["keys.serve", "keys.sign"]);
  await vi.waitUntil(client.isApproved, { timeout: 5_000 }); // by the new key, whatever versions the thief used up
});

test("where sets are withheld, nothing is in force behind the end of the last", {
  timeout: 20_000,
}, async () => {
  await start();
  const nowS = Math.floor(Date.now() / 1000);
  access.putKeySet(2, [access.signing], { expiresAt: nowS + 5 });
  await sleep(2_000);
  const client = await startClient();
  expect(client.keys.isFresh).toBe(true);
  await vi.waitUntil(() => !client.keys.isFresh, { timeout: 8_000 });
  await vi.waitUntil(() => !client.isApproved(), { timeout: 500 });
  await sleep(2_000); // bundles go on coming
  expect([client.isApproved(), client.keys.for("grants")]).toEqual([false, []]);
  expect(client.problems).toMatchObject([{ code: "BUNDLE_REFUSED" }]);
  expect(access.problems.map(String).join()).toContain("has ended");
  access.putKeySet(3, [access.signing]);
  await vi.waitUntil(client.isApproved, { timeout: 5_000 });
});

test("a set is not rolled back: by whoever writes the file, nor by a server, after a restart of both", {
  timeout: 20_000,
}, async () => {
  await start();
  const next = generateKeys("signing");
  access.putKeySet(5, [access.signing]);
  await sleep(1_600);
  const client = await startClient();
  access.putKeySet(4, [access.signing, next]);
  await vi.waitUntil(() => access.problems.length > 0, { timeout: 5_000 });
  expect(access.problems).toMatchObject([
    { code: "BUNDLE_REFUSED", message: expect.stringContaining("version 4 is not after version 5") },
  ]);
  expect(client.keys.for("grants")).toHaveLength(1);
  await access.restart(); // it remembers nothing; the client does
  const again = new TrustedKeys({
    roots: [readPublicKey("root", access.root.publicKey, "root.pub")],
    source: new PolledSource({
      url: `${access.url}/v1/key-set`,
      authorization: () => `Bearer ${access.tokenOf("pay-pods")}`,
    }),
    versions: new VersionFile(join(access.folder, "client.keys")),
  });
  const told: unknown[] = [];
  again.start((problem) => told.push(problem));
  onTestFinished(() => again.close());
  await vi.waitUntil(() => told.length > 0, { timeout: 5_000 });
  expect(told).toMatchObject([{ message: expect.stringContaining("version 4 is not after version 5") }]);
  expect(again.for("grants")).toEqual([]);
});

const other = generateKeys("signing");
const root = generateKeys("root");
const now = Math.floor(Date.now() / 1000);
const setBy = (by: KeyPairText, signer: KeyPairText, changes = {}) =>
  signKeySet(
    {
      version: 2,
      issuedAt: now,
      expiresAt: now + 86_400,
      keys: [{ key: readPublicKey("signing", signer.publicKey, "a.pub"), uses: ["grants", "reveals"] }],
      ...changes,
    },
    readPrivateKey("root", by.privateKey, "root.key"),
  );

test.each<[string, () => Buffer | string, string, string]>([
  ["without its key", () => setBy(access.root, other), "KEY_INVALID", "not in the set of keys"],
  [
    "in which its key may not sign reveals",
    () =>
      setBy(access.root, access.signing, {
        keys: [{ key: readPublicKey("signing", access.signing.publicKey, "a.pub"), uses: ["grants"] }],
      }),
    "KEY_INVALID",
    "not in the set of keys",
  ],
  ["of another root", () => setBy(root, access.signing), "BUNDLE_REFUSED", "not trusted"],
  ["signed by its own key", () => setBy(access.signing, access.signing), "BUNDLE_REFUSED", "not trusted"],
  [
    "that has ended",
    () => setBy(access.root, access.signing, { issuedAt: now - 100, expiresAt: now - 1 }),
    "BUNDLE_REFUSED",
    "expired",
  ],
  ["that is none", () => "hunter2", "BUNDLE_REFUSED", "begin"],
])("a control plane does not start with a set %s", async (_, content, code, message) => {
  await start();
  await access.pause();
  writeFileSync(join(access.folder, "keys.set"), content());
  await expect(access.restart()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  access.putKeySet(2, [access.signing]);
  await access.restart();
});

test("a set that is broken later is told of, and the one before is handed out", {
  timeout: 10_000,
}, async () => {
  await start();
  const before = await access.call("pay-pods", "GET", "/v1/key-set");
  access.put("keys.set", "hunter2");
  await vi.waitUntil(() => access.problems.length > 0, { timeout: 5_000 });
  expect(access.problems).toMatchObject([{ code: "BUNDLE_REFUSED" }]);
  expect((await access.call("pay-pods", "GET", "/v1/key-set")).text).toBe(before.text);
});

test("a set that ends in two weeks is told of", { timeout: 10_000 }, async () => {
  await start();
  access.putKeySet(2, [access.signing], { expiresAt: now + 13 * 86_400 });
  await vi.waitUntil(() => access.problems.length > 0, { timeout: 5_000 });
  expect(access.problems).toMatchObject([
    { code: "KEYS_END", message: expect.stringContaining("ends in 13 days") },
  ]);
});

test("the set is handed out to whoever is known, as it is, and not again to who has it", async () => {
  await start();
  const { status, headers, text } = await access.call("pay-pods", "GET", "/v1/key-set");
  expect([status, headers.get("content-type"), headers.get("etag")]).toEqual([
    200,
    "application/octet-stream",
    '"1"',
  ]);
  expect(text).toMatch(new RegExp(`^scrim-keys/1 ${access.root.id} `));
  const again = await access.call("pay-pods", "GET", "/v1/key-set", { headers: { "if-none-match": '"1"' } });
  expect([again.status, again.text]).toEqual([304, ""]);
  expect((await access.call(undefined, "GET", "/v1/key-set")).status).toBe(401);
});

test("without a set there is no such path, and services have the signer's key itself", async () => {
  await start({ isRooted: false });
  expect((await access.call("pay-pods", "GET", "/v1/key-set")).status).toBe(404);
  const service = await enrolPay(access);
  const reply = await fetch(`${access.url}/v1/bundles/pay/production`, {
    headers: { authorization: `Bearer ${access.tokenOf("pay-pods")}` },
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  const trusted = [readPublicKey("signing", access.signing.publicKey, "signing.pub")];
  const own = [readPrivateKey("service", service.privateKey, "pay.key")];
  expect(openBundle(bytes, { audience: AUDIENCE, trusted, own }).grants).toEqual([]);
});
