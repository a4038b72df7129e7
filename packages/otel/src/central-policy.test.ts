import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagLogLevel, diag } from "@opentelemetry/api";
import {
  generateKeys,
  MemorySource,
  policyDigest,
  readPrivateKey,
  readPublicKey,
  type SharedPolicy,
  signPolicyBundle,
} from "@scrim/grants";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type CentralPolicyOptions, followCentralPolicy } from "./central-policy.ts";
import { createRedactingStringify } from "./redacting-stringify.ts";

const KEYS = generateKeys("policy");
const SIGNING = readPrivateKey("policy", KEYS.privateKey, "policy.key");
const AUDIENCE = { service: "pay", environment: "production" };

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-central-"));
  lines = [];
  const take = (line: string) => void lines.push(line);
  const logger = { error: take, warn: take, info() {}, debug() {}, verbose() {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  onTestFinished(() => {
    diag.disable();
    rmSync(folder, { recursive: true });
  });
});

function bundle(version: number, text: string, changes: Partial<SharedPolicy> = {}): Buffer {
  const documents = [{ name: "pay.yaml", text: `version: 1\ndetectors: { use: [] }\n${text}` }];
  const id = `pol-${version.toString(16).padStart(16, "0")}`;
  const policy = {
    id,
    revision: version,
    digest: policyDigest(documents),
    share: 100,
    documents,
    ...changes,
  };
  const issuedAt = Math.floor(Date.now() / 1_000);
  const times = { issuedAt, expiresAt: issuedAt + 600 };
  return signPolicyBundle({ audience: AUDIENCE, version, ...times, policies: [policy] }, SIGNING);
}

function follow(options: Partial<CentralPolicyOptions> = {}) {
  const source = new MemorySource();
  const policy = followCentralPolicy({
    source,
    trusted: [readPublicKey("policy", KEYS.publicKey, "policy.pub")],
    audience: AUDIENCE,
    instance: "pod-1",
    ...options,
  });
  onTestFinished(() => policy.close());
  const stringify = createRedactingStringify({ policy });
  const noteOf = (): unknown => JSON.parse(stringify({ note: "as it was" }) ?? "{}").note;
  return { source, policy, noteOf };
}

const rule = (action: string) => `rules: [{ attribute: note, action: ${action} }]`;

test("a policy is in force from one record to the next; one that is wrong changes nothing, and is told", () => {
  const { source, policy, noteOf } = follow();
  expect(noteOf()).toBe("as it was");
  source.put(bundle(1, rule("{ replace: one }")));
  expect(noteOf()).toBe("one");
  source.put(bundle(2, rule("{ replace: two }")));
  expect(noteOf()).toBe("two");
  for (const [version, text, code] of [
    [3, "unknown: everything", "POLICY_INVALID"],
    [4, "keys: { seal: { file: /etc/passwd } }", "POLICY_INVALID"],
    [5, rule("seal"), "POLICY_KEY_MISSING"],
    [6, "limits: {", "CONFIG_UNREADABLE"],
  ] as const) {
    source.put(bundle(version, text));
    expect(noteOf()).toBe("two");
    expect(lines.splice(0)).toEqual([expect.stringContaining(`[${code}]`)]);
    expect(policy.central.running?.revision).toBe(2);
    expect(policy.central.refused).toMatchObject({ revision: version, reason: code });
  }
  expect(() => source.put(bundle(5, rule("keep")))).toThrow("is not after version 6");
  expect(noteOf()).toBe("two");
  source.put(bundle(7, rule("drop")));
  expect(noteOf()).toBeUndefined();
});

test("the local policy holds until there is another, and its keys do still", () => {
  writeFileSync(join(folder, "key"), Buffer.alloc(32, 7).toString("base64"), { mode: 0o600 });
  const local = join(folder, "local.yaml");
  const keys = "keys: { pseudonym: { version: 1, file: key } }";
  writeFileSync(local, `version: 1\n${keys}\n${rule("{ replace: local }")}\n`);
  const { source, noteOf } = follow({ policy: local });
  expect(noteOf()).toBe("local");
  source.put(bundle(1, rule("pseudonym")));
  expect(noteOf()).toMatch(/^[^ ]{10,}$/);
  expect(noteOf()).not.toBe("local");
});

test("who is in no share keeps the local policy", () => {
  const { source, noteOf } = follow();
  source.put(bundle(1, rule("drop"), { share: 0 }));
  expect(noteOf()).toBe("as it was");
});

test("a restart begins with what was kept", () => {
  const cacheFile = join(folder, "policy");
  follow({ cacheFile }).source.put(bundle(1, rule("{ replace: one }")));
  expect(follow({ cacheFile }).noteOf()).toBe("one");
});

test("a local policy that is wrong does not start, nor does nowhere to ask", () => {
  const wrong = join(folder, "wrong.yaml");
  writeFileSync(wrong, "version: 2");
  expect(() => follow({ policy: wrong })).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
  expect(() => followCentralPolicy({ trusted: [], audience: AUDIENCE })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", path: "url" }),
  );
});
