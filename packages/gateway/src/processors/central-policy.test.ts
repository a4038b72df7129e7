import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeys, policyDigest, readPrivateKey, signPolicyBundle } from "@scrim/grants";
import { expect, onTestFinished, test, vi } from "vitest";
import { startTestGateway } from "../../testing/test-gateway.ts";
import { POLICY_REFUSED, POLICY_REVISION } from "../gateway-metrics.ts";

const audience = { service: "gateway", environment: "production" };
/** Where no control plane is. */
const NOWHERE = "http://127.0.0.1:1";

const signing = generateKeys("policy");
const documents = [{ name: "central.yaml", text: "version: 1\nname: central\n" }];
const bundle = signPolicyBundle(
  {
    ...{ audience, version: 3, issuedAt: 1_000, expiresAt: 2_000 },
    policies: [
      { id: "pol-0000000000000001", revision: 7, digest: policyDigest(documents), share: 100, documents },
    ],
  },
  readPrivateKey("policy", signing.privateKey, "policy.key"),
);
const seen = { version: 3, digest: "0".repeat(64) };

async function startWith(state: string) {
  const baseDir = mkdtempSync(join(tmpdir(), "scrim-central-policy-"));
  onTestFinished(() => rmSync(baseDir, { recursive: true }));
  writeFileSync(join(baseDir, "policy.pub"), signing.publicKey);
  writeFileSync(join(baseDir, "policy.state"), state);
  const central = { url: NOWHERE, trusted: ["policy.pub"], audience, instance: "one", state: "policy.state" };
  const gateway = await startTestGateway({ baseDir, processors: { policy: { central } } });
  onTestFinished(() => gateway.shutdown());
  const told = gateway.warnings.filter((warning) => warning.startsWith("processors.policy.central: "));
  return { ...gateway, told };
}

test("a policy that was kept is in force, and stays where the control plane is silent", async () => {
  const { metrics, warnings } = await startWith(JSON.stringify({ seen, bundle: bundle.toString("base64") }));
  expect(metrics.value(POLICY_REVISION, { processor: "policy" })).toBe(7);
  await vi.waitFor(() =>
    expect(warnings.filter((warning) => warning.includes("central: the policy in force stays"))).not.toEqual(
      [],
    ),
  );
  expect(warnings.filter((warning) => warning.includes("local policy"))).toEqual([]);
});

test("where what was kept is damaged, the local policy is in force, which is said and counted", async () => {
  const { metrics, told } = await startWith('{"seen":');
  expect(metrics.value(POLICY_REVISION, { processor: "policy" })).toBe(0);
  expect(metrics.value(POLICY_REFUSED, { processor: "policy", reason: "CONFIG_UNREADABLE" })).toBe(1);
  expect(told[0]).toMatch(/^processors\.policy\.central: the local policy is in force: .*it can't be read/);
});
