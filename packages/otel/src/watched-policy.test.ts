import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { watchPolicy } from "./watched-policy.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-watch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const named = (name: string) => `version: 1\nname: ${name}\n`;

function diagLines(): string[] {
  const lines: string[] = [];
  const take = (line: string) => void lines.push(line);
  const logger = { error: take, warn: take, info: take, debug() {}, verbose() {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
  onTestFinished(() => diag.disable());
  return lines;
}

function watched(file: string) {
  const policy = watchPolicy(file, { intervalMs: 20 });
  onTestFinished(() => policy.close());
  return policy;
}

test("what is no regular file, as a pipe or a device, is not waited for", () => {
  expect(() => watchPolicy("/dev/null")).toThrow("it is no regular file");
});

test("a file that changes is in force a moment later", async () => {
  const lines = diagLines();
  const file = join(folder, "policy.yaml");
  writeFileSync(file, named("first"));
  const policy = watched(file);
  expect(policy.plan.name).toBe("first");
  writeFileSync(file, named("second"));
  await vi.waitUntil(() => policy.plan.name === "second");
  expect(lines).toEqual([`scrim: ${file} changed, and is in force`]);
});

test("a file that is replaced, as editors and volumes of Kubernetes do it, is followed", async () => {
  diagLines();
  const file = join(folder, "policy.yaml");
  writeFileSync(join(folder, "a.yaml"), named("first"));
  writeFileSync(join(folder, "b.yaml"), named("second"));
  symlinkSync("a.yaml", file);
  const policy = watched(file);
  symlinkSync("b.yaml", join(folder, "next"));
  renameSync(join(folder, "next"), file);
  await vi.waitUntil(() => policy.plan.name === "second");
});

test.each([
  ["is no policy", "version: 1\nnames: typo\n", "POLICY_INVALID"],
  ["is no YAML", "\t{", "CONFIG_UNREADABLE"],
  ["is empty", "", "POLICY_INVALID"],
])("a file that %s leaves the policy in force, and this is said once", async (_, text, code) => {
  const lines = diagLines();
  const file = join(folder, "policy.yaml");
  writeFileSync(file, named("first"));
  const policy = watched(file);
  writeFileSync(file, text);
  await vi.waitUntil(() => lines.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(lines).toEqual([expect.stringContaining(`[${code}]`)]);
  expect(lines[0]).toContain("the policy before it stays in force");
  expect(policy.plan.name).toBe("first");
  writeFileSync(file, named("mended"));
  await vi.waitUntil(() => policy.plan.name === "mended");
});

test("a file that goes leaves the policy in force", async () => {
  const lines = diagLines();
  const file = join(folder, "policy.yaml");
  writeFileSync(file, named("first"));
  const policy = watched(file);
  rmSync(file);
  await vi.waitUntil(() => lines.length > 0);
  expect(lines[0]).toContain("[CONFIG_UNREADABLE]");
  expect(policy.plan.name).toBe("first");
});

test("a file that is none does not start", () => {
  expect(() => watchPolicy(join(folder, "none.yaml"))).toThrow("no such file");
});

test("a policy that isn't watched any more doesn't change", async () => {
  diagLines();
  const file = join(folder, "policy.yaml");
  writeFileSync(file, named("first"));
  const policy = watched(file);
  policy.close();
  writeFileSync(file, named("second"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(policy.plan.name).toBe("first");
});
