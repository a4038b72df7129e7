import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperatingError } from "@scrim/errors";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDirectory } from "./open-directory.ts";

let folder: string;
let path: string;
let problems: OperatingError[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-directory-"));
  path = join(folder, "directory.yaml");
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const ALICE = 'people: [{ id: alice, identities: ["token:alice"], roles: [engineer] }]\n';

function open() {
  writeFileSync(path, ALICE, { mode: 0o644 });
  return openDirectory({ path, told: (problem) => problems.push(problem as OperatingError), intervalMs: 0 });
}

const rolesOf = (directory: ReturnType<typeof open>) =>
  directory.principalOf("token:alice", undefined, 0)?.roles;

test("a change of the file holds from the next look on", () => {
  const directory = open();
  expect(rolesOf(directory)).toEqual(["engineer"]);
  writeFileSync(path, ALICE.replace("engineer", "approver"));
  expect(rolesOf(directory)).toEqual(["approver"]);
  writeFileSync(path, "people: []");
  expect(rolesOf(directory)).toBeUndefined();
});

test("a broken change is told of once, and leaves the last good one in force", () => {
  const directory = open();
  writeFileSync(path, "people: [{ id: alice, role: x }]\n");
  expect(rolesOf(directory)).toEqual(["engineer"]);
  expect(rolesOf(directory)).toEqual(["engineer"]);
  expect(problems.map(({ code, path }) => [code, path])).toEqual([["CONFIG_INVALID", `${path}: people.0`]]);
  writeFileSync(path, ALICE.replace("engineer", "approver"));
  expect(rolesOf(directory)).toEqual(["approver"]);
});

test("a file that is gone, or that others may write, leaves the last good one in force", () => {
  const directory = open();
  rmSync(path);
  expect(rolesOf(directory)).toEqual(["engineer"]);
  writeFileSync(path, ALICE.replace("engineer", "admin"));
  chmodSync(path, 0o666);
  expect(rolesOf(directory)).toEqual(["engineer"]);
  expect(problems.map(({ code }) => code)).toEqual(["CONFIG_UNREADABLE", "CONFIG_UNREADABLE"]);
  expect(problems[1]?.hint).toBe(`chmod go-w ${path}`);
});

test.each([
  ["no file", () => {}, "CONFIG_UNREADABLE"],
  ["a broken one", () => writeFileSync(path, "people: 7"), "CONFIG_INVALID"],
  ["one that is too large", () => writeFileSync(path, `#${"x".repeat(1024 * 1024)}`), "CONFIG_UNREADABLE"],
])("%s is refused to begin with", (_, make, code) => {
  make();
  expect(() => openDirectory({ path, told: () => {} })).toThrow(expect.objectContaining({ code }));
});
