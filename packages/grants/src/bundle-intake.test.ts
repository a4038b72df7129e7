import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AUDIENCE, bundle, grant, keys, NOW, TestClock, TRACE_ID } from "../test/fixtures.ts";
import { signBundle } from "./bundle.ts";
import { BundleIntake } from "./bundle-intake.ts";
import type { VersionStore } from "./document-intake.ts";
import { GrantSet } from "./grant-set.ts";
import { VersionFile } from "./version-file.ts";

const signing = keys("signing");
const service = keys("service");
const signed = (changes = {}, grants = [grant()]) =>
  signBundle(bundle(grants, changes), signing.privateKey, [service.publicKey]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-intake-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function setUp(versions?: VersionStore) {
  const clock = new TestClock();
  const grants = new GrantSet(clock);
  const intake = new BundleIntake(grants, {
    audience: AUDIENCE,
    trusted: [signing.publicKey],
    own: [service.privateKey],
    clock,
    ...(versions && { versions }),
  });
  return { clock, grants, intake, isApproved: () => grants.forTraceId(TRACE_ID) !== undefined };
}

test("a bundle is taken, and the same one again does not make it live longer", () => {
  const { clock, intake, isApproved } = setUp();
  expect(intake.accept(signed())).toBe("taken");
  const bytes = signed({ version: 2 });
  expect(intake.accept(bytes)).toBe("taken");
  clock.advance(59);
  expect(intake.accept(bytes)).toBe("known");
  expect(isApproved()).toBe(true);
  clock.advance(1);
  expect(isApproved()).toBe(false);
});

test.each([
  ["older", { version: 4 }, 0, "not after version 5"],
  ["of the same version, with other grants", { version: 5, expiresAt: NOW + 50 }, 0, "not after version 5"],
  ["expired", { version: 6 }, 60, "expired"],
  ["of the future", { version: 6, issuedAt: NOW + 31, expiresAt: NOW + 90 }, 0, "future"],
])("a bundle that is %s is refused, and what is in force stays", (_, changes, later, reason) => {
  const { clock, intake, isApproved } = setUp();
  intake.accept(signed({ version: 5, expiresAt: NOW + 600 }));
  clock.advance(later);
  expect(() => intake.accept(signed(changes))).toThrow(
    expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) }),
  );
  expect(isApproved()).toBe(true);
});

test("an older bundle is refused after a restart too", () => {
  const file = join(folder, "version.json");
  setUp(new VersionFile(file)).intake.accept(signed({ version: 5 }));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = setUp(new VersionFile(file));
  expect(() => again.intake.accept(signed({ version: 4 }))).toThrow("not after version 5");
  expect(again.intake.accept(signed({ version: 6 }))).toBe("taken");
});

test("the newest bundle itself is taken again after a restart", () => {
  const file = join(folder, "version.json");
  const bytes = signed({ version: 5 });
  setUp(new VersionFile(file)).intake.accept(bytes);
  const again = setUp(new VersionFile(file));
  expect(again.intake.accept(bytes)).toBe("taken");
  expect(again.isApproved()).toBe(true);
});

test("where the version can't be kept, no bundle is in force", () => {
  const { intake, isApproved } = setUp({
    read: () => undefined,
    write: () => {
      throw new Error("disk full");
    },
  });
  expect(() => intake.accept(signed())).toThrow("disk full");
  expect(isApproved()).toBe(false);
});

test.each(["", "{", "[]", '{"version":0,"digest":""}'])("a version file with %j does not start", (text) => {
  const file = join(folder, "version.json");
  writeFileSync(file, text);
  expect(() => setUp(new VersionFile(file))).toThrow(expect.objectContaining({ code: "CONFIG_UNREADABLE" }));
});

test.skipIf(process.getuid?.() === 0)("a version file in a folder that can't be written is told", () => {
  chmodSync(folder, 0o500);
  expect(() => setUp(new VersionFile(join(folder, "v.json"))).intake.accept(signed())).toThrow(
    expect.objectContaining({ code: "CONFIG_UNREADABLE" }),
  );
  chmodSync(folder, 0o700);
});

test("what is written is whole", () => {
  const file = join(folder, "version.json");
  new VersionFile(file).write({ version: 7, digest: "a".repeat(64) });
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ version: 7, digest: "a".repeat(64) });
});
