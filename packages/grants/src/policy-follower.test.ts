import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import fc from "fast-check";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { AUDIENCE, keys, NOW, policyBundle, sharedPolicy, TestClock } from "../test/fixtures.ts";
import { type PolicyBundle, type SharedPolicy, signPolicyBundle } from "./policy-bundle.ts";
import { PolicyFollower, type PolicyFollowerOptions } from "./policy-follower.ts";

const signing = keys("policy");
const GOOD = sharedPolicy("version: 1\nname: good\n");
const NEXT = sharedPolicy("version: 1\nname: next\n", { id: "pol-0000000000000002", revision: 2 });
const BAD = sharedPolicy("bad", { id: "pol-0000000000000003", revision: 3 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const signed = (policies: readonly SharedPolicy[], changes: Partial<PolicyBundle> = {}) =>
  signPolicyBundle(policyBundle(policies, changes), signing.privateKey);

function follow(options: Partial<PolicyFollowerOptions> = {}) {
  const applied: (string | undefined)[] = [];
  const told: unknown[] = [];
  const clock = new TestClock();
  let changes = 0;
  const follower = new PolicyFollower({
    audience: AUDIENCE,
    trusted: [signing.publicKey],
    instance: "pod-1",
    apply: (documents) => {
      if (documents?.[0]?.text === "bad") throw new OperatingError("POLICY_INVALID", "it is bad");
      applied.push(documents?.[0]?.text);
    },
    told: (problem) => told.push(problem),
    clock,
    ...options,
  });
  follower.onChange(() => changes++);
  return { follower, applied, told, clock, changes: () => changes };
}

const refusedWith = (reason: string) =>
  expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) });

test("a policy that is genuine and newer is in force, once", () => {
  const { follower, applied, changes } = follow();
  expect(follower.running).toBeUndefined();
  expect(follower.accept(signed([GOOD]))).toBe("taken");
  expect(follower.accept(signed([GOOD]))).toBe("known");
  expect(follower.accept(signed([GOOD], { version: 2 }))).toBe("taken");
  expect(applied).toEqual([GOOD.documents[0]!.text]);
  expect(follower.running).toEqual({ id: GOOD.id, revision: 1, digest: GOOD.digest });
  expect(changes()).toBe(1);
  follower.accept(signed([NEXT], { version: 3 }));
  expect(follower.running?.revision).toBe(2);
});

test.each<[name: string, bytes: Buffer, reason: string]>([
  ["an older one", signed([GOOD], { version: 4 }), "not after version 5"],
  ["another one of the same version", signed([GOOD], { version: 5 }), "not after version 5"],
  [
    "one of another service",
    signed([GOOD], { version: 6, audience: { ...AUDIENCE, service: "cart" } }),
    "another",
  ],
  [
    "one of another signer",
    signPolicyBundle(policyBundle([GOOD], { version: 6 }), keys("policy").privateKey),
    "trusted",
  ],
  [
    "one that is not to be handed on any more",
    signed([GOOD], { version: 6, expiresAt: NOW, issuedAt: NOW - 9 }),
    "expired",
  ],
  ["one of the future", signed([GOOD], { version: 6, issuedAt: NOW + 31 }), "future"],
  ["noise", Buffer.from("noise"), "begin"],
])("%s is refused, told to who sent it, and counted; the last good policy stays", (_name, bytes, reason) => {
  const { follower, applied, changes } = follow();
  follower.accept(signed([NEXT], { version: 5 }));
  expect(() => follower.accept(bytes)).toThrow(refusedWith(reason));
  expect(() => follower.accept(bytes)).toThrow(refusedWith(reason));
  expect(applied).toEqual([NEXT.documents[0]!.text]);
  expect(follower.running?.id).toBe(NEXT.id);
  expect(follower.refused).toEqual({ reason: "BUNDLE_REFUSED" });
  expect([...follower.refusals]).toEqual([["BUNDLE_REFUSED", 2]]);
  expect(changes()).toBe(2);
  follower.accept(signed([NEXT], { version: 7 }));
  expect(follower.refused).toBeUndefined();
});

test("a policy that can't be used leaves the last good one, is told once, and is not tried again", () => {
  const { follower, applied, told, changes } = follow();
  follower.accept(signed([GOOD]));
  expect(follower.accept(signed([BAD], { version: 2 }))).toBe("taken");
  expect(follower.accept(signed([BAD], { version: 3 }))).toBe("taken");
  expect(applied).toEqual([GOOD.documents[0]!.text]);
  expect(follower.running?.id).toBe(GOOD.id);
  expect(follower.refused).toEqual({
    id: BAD.id,
    revision: 3,
    digest: BAD.digest,
    reason: "POLICY_INVALID",
  });
  expect([...follower.refusals]).toEqual([["POLICY_INVALID", 1]]);
  expect(told).toHaveLength(1);
  expect(changes()).toBe(2);
  follower.accept(signed([GOOD], { version: 4 }));
  expect(follower.refused).toBeUndefined();
  expect(changes()).toBe(3);
});

test("a policy does not end: a bundle that is old says that there may be a newer one", () => {
  const { follower, clock } = follow();
  follower.accept(signed([GOOD]));
  expect(follower.isFresh).toBe(true);
  clock.advance(1_000_000);
  expect(follower.isFresh).toBe(false);
  expect(follower.running?.id).toBe(GOOD.id);
});

test("a share that ends brings processes back, to the local policy where there is no other", () => {
  const { follower, applied } = follow();
  follower.accept(signed([{ ...NEXT, share: 100 }, GOOD]));
  follower.accept(signed([{ ...NEXT, share: 0 }, GOOD], { version: 2 }));
  follower.accept(signed([], { version: 3 }));
  expect(applied).toEqual([NEXT.documents[0]!.text, GOOD.documents[0]!.text, undefined]);
  expect(follower.running).toBeUndefined();
});

test("a restart begins with the last good policy, however old, and takes none that is older", () => {
  const cacheFile = join(folder, "policy.cache");
  const before = follow({ cacheFile });
  before.follower.accept(signed([GOOD], { version: 7 }));
  before.follower.accept(signed([BAD], { version: 8 }));
  expect(statSync(cacheFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["policy.cache"]);

  const { follower, applied, clock, told } = follow({ cacheFile });
  expect(applied).toEqual([GOOD.documents[0]!.text]);
  expect(follower.running?.id).toBe(GOOD.id);
  expect(follower.isFresh).toBe(false);
  expect(told).toEqual([]);
  clock.advance(10);
  expect(() => follower.accept(signed([NEXT], { version: 7 }))).toThrow(refusedWith("not after version 8"));
  expect(() => follower.accept(signed([GOOD], { version: 7 }))).toThrow(refusedWith("not after version 8"));
  follower.accept(signed([NEXT], { version: 9 }));
  expect(follow({ cacheFile }).follower.running?.id).toBe(NEXT.id);
});

test.each<[name: string, spoil: (file: string) => void]>([
  ["is no JSON", (file) => writeFileSync(file, "{")],
  ["holds something else", (file) => writeFileSync(file, "{}")],
  [
    "holds a bundle that was changed",
    (file) => {
      const bundle = Buffer.from(signed([NEXT]).toString().replace("next", "good")).toString("base64");
      writeFileSync(file, JSON.stringify({ seen: { version: 1, digest: "0".repeat(64) }, bundle }));
    },
  ],
  [
    "holds a bundle of another signer",
    (file) => {
      const bytes = signPolicyBundle(policyBundle([NEXT]), keys("policy").privateKey);
      const seen = { version: 1, digest: "0".repeat(64) };
      writeFileSync(file, JSON.stringify({ seen, bundle: bytes.toString("base64") }));
    },
  ],
])("a kept policy that %s is told, and a restart begins with the local policy", (_name, spoil) => {
  const cacheFile = join(folder, "policy.cache");
  spoil(cacheFile);
  const told: unknown[] = [];
  const { follower, applied } = follow({ cacheFile, told: (...problem) => told.push(problem) });
  expect(applied).toEqual([]);
  expect(told).toEqual([[expect.any(OperatingError), undefined]]);
  expect([...follower.refusals.values()]).toEqual([1]);
  follower.accept(signed([GOOD], { version: 2 }));
  expect(follower.running?.id).toBe(GOOD.id);
});

test("a policy that can't be kept is in force all the same, and that is told once", () => {
  const { follower, told } = follow({ cacheFile: join(folder, "none", "policy.cache") });
  follower.accept(signed([GOOD]));
  follower.accept(signed([NEXT], { version: 2 }));
  expect(follower.running?.id).toBe(NEXT.id);
  expect(told).toEqual([expect.objectContaining({ code: "CONFIG_UNREADABLE" })]);
});

test("whatever order bundles come in, and whoever restarts, none is in force that is older than one before", () => {
  const steps = fc.array(
    fc.record({
      version: fc.integer({ min: 1, max: 6 }),
      restart: fc.boolean(),
      noise: fc.boolean(),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const cacheFile = join(mkdtempSync(join(folder, "p")), "policy.cache");
      let current = follow({ cacheFile });
      let newest = 0;
      for (const { version, restart, noise } of list) {
        if (restart) current = follow({ cacheFile });
        const policy = sharedPolicy(`# ${version}`, { revision: version });
        const bytes = signed([policy], { version });
        if (noise) bytes[200]! ^= 1;
        try {
          current.follower.accept(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: "BUNDLE_REFUSED" });
        }
        if (!noise) newest = Math.max(newest, version);
        expect(current.follower.running?.revision ?? 0).toBe(newest);
      }
    }),
    { numRuns: 60 },
  );
});
