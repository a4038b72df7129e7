import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keys, NOW, revealBundle, revealGrant, TestClock } from "../test/fixtures.ts";
import type { VersionStore } from "./document-intake.ts";
import { signRevealBundle } from "./reveal-bundle.ts";
import { RevealIntake } from "./reveal-intake.ts";
import { RevealSet } from "./reveal-set.ts";
import { VersionFile } from "./version-file.ts";

const signing = keys("signing");
const signed = (grants = [revealGrant()], changes = {}) =>
  signRevealBundle(revealBundle(grants, changes), signing.privateKey);

function setUp(versions?: VersionStore) {
  const clock = new TestClock();
  const reveals = new RevealSet(clock);
  const intake = new RevealIntake(reveals, {
    audience: "reveal",
    trusted: [signing.publicKey],
    clock,
    ...(versions && { versions }),
  });
  const inForce = (principal = "jane") =>
    reveals
      .heldBy(principal)
      .filter((held) => reveals.isInForce(held))
      .map(({ grant }) => grant.id);
  return { clock, reveals, intake, inForce };
}

test("grants are found by who holds them, and nobody else's are", () => {
  const { intake, inForce } = setUp();
  expect(inForce()).toEqual([]);
  const holder = { principal: "joe", people: ["jane", "joe"] };
  const joes = revealGrant({ id: "aaaabbbbccccdddd", holder });
  intake.accept(signed([revealGrant(), joes, revealGrant({ id: "ffff0000aaaa2222" })]));
  expect(inForce("jane")).toEqual(["00112233aabbccdd", "ffff0000aaaa2222"]);
  expect(inForce("joe")).toEqual(["aaaabbbbccccdddd"]);
  expect(inForce("")).toEqual([]);
});

test("a grant begins and ends at the second", () => {
  const { clock, intake, inForce } = setUp();
  intake.accept(signed([revealGrant({ not_before: NOW + 10, expires_at: NOW + 20 })]));
  clock.advance(9.999);
  expect(inForce()).toEqual([]);
  clock.advance(0.001);
  expect(inForce()).toHaveLength(1);
  clock.advance(9.999);
  expect(inForce()).toHaveLength(1);
  clock.advance(0.001);
  expect(inForce()).toEqual([]);
});

test("without news all end with their bundle, and a bundle that comes again prolongs nothing", () => {
  const { clock, intake, inForce } = setUp();
  const bytes = signed();
  intake.accept(bytes);
  clock.advance(59);
  expect(intake.accept(bytes)).toBe("known");
  expect(inForce()).toHaveLength(1);
  clock.advance(1);
  expect(inForce()).toEqual([]);
  expect(() => intake.accept(signed([revealGrant()], { version: 2 }))).toThrow("expired");
  const issuedAt = NOW + 60;
  intake.accept(signed([revealGrant()], { version: 3, issuedAt, expiresAt: issuedAt + 60 }));
  expect(inForce()).toHaveLength(1);
});

test("a clock that is set back keeps no grant alive", () => {
  const { clock, intake, inForce } = setUp();
  intake.accept(signed([revealGrant({ expires_at: NOW + 30 })]));
  clock.advance(29);
  clock.wall -= 28_000;
  expect(inForce()).toHaveLength(1);
  clock.advance(1);
  expect(inForce()).toEqual([]);
});

test("revocation is the next bundle", () => {
  const { intake, inForce } = setUp();
  intake.accept(signed());
  expect(inForce()).toHaveLength(1);
  intake.accept(signed([], { version: 2 }));
  expect(inForce()).toEqual([]);
  expect(() => intake.accept(signed())).toThrow("not after version 2");
  expect(inForce()).toEqual([]);
});

test.each([
  ["of another reveal service", { audience: "other" }, "another reveal service"],
  ["expired", { issuedAt: NOW - 60, expiresAt: NOW }, "expired"],
  ["of the future", { issuedAt: NOW + 31, expiresAt: NOW + 90 }, "future"],
])("a bundle that is %s changes nothing", (_, changes, reason) => {
  const { intake, inForce } = setUp();
  intake.accept(signed());
  expect(() => intake.accept(signed([], { version: 9, ...changes }))).toThrow(
    expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) }),
  );
  expect(inForce()).toHaveLength(1);
});

test("an older bundle is refused after a restart too", () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-reveals-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "versions");
  setUp(new VersionFile(file)).intake.accept(signed([], { version: 5 }));
  const again = setUp(new VersionFile(file));
  expect(() => again.intake.accept(signed([revealGrant()], { version: 4 }))).toThrow("not after version 5");
  expect(again.inForce()).toEqual([]);
});

test("what is cleared is gone", () => {
  const { reveals, intake, inForce } = setUp();
  intake.accept(signed());
  reveals.clear();
  expect(inForce()).toEqual([]);
});
