import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "@scrim/gateway";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { scrim } from "../cli/scrim.ts";
import { startSink } from "../e2e/sink.ts";
import { ROOT } from "../packages/workspace.ts";

const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** A fenced YAML file of the README, by the name in its first line. */
function yaml(name: string): string {
  const found = [...README.matchAll(/^```yaml\n(# (\S+):[\s\S]*?)^```/gm)].find(
    ([, , file]) => file === name,
  );
  return found![1]!;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-readme-"));
  writeFileSync(join(folder, "policy.yaml"), yaml("policy.yaml"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the README's policy passes the check that it shows, without warnings", async () => {
  const { code, stdout, stderr } = await scrim(["policy", "check", join(folder, "policy.yaml")]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^ok: shop: .* 0 warnings\n$/);
});

test("the README's gateway starts, and redacts by its policy on the way to the backend", async () => {
  const sink = await startSink();
  const config = yaml("gateway.yaml")
    .replace("127.0.0.1:4318", "127.0.0.1:0")
    .replace("127.0.0.1:4317", "127.0.0.1:0");
  const quiet = config.replace(
    "service:\n",
    "service:\n  extensions: []\n  telemetry: { metrics: { level: none } }\n",
  );
  const environment = { BACKEND: sink.url, XDG_STATE_HOME: folder };
  const gateway = await startGateway({ config: quiet, baseDir: folder, environment });
  const attributes = [
    { key: "usr.eml", value: { stringValue: "john@example.com" } },
    { key: "order.id", value: { stringValue: "4111111111111111" } },
  ];
  const response = await fetch(`http://${gateway.endpoints["receivers.otlp"]!.http}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }),
  });
  expect(response.status).toBe(200);
  await vi.waitFor(() => expect(sink.received).toHaveLength(1), 20_000);
  const delivered = sink.received[0]!.body.toString("latin1");
  expect(delivered).toContain("j***@example.com");
  expect(delivered).toContain("4111111111111111");
  await gateway.shutdown();
  await sink.close();
});

test("the README's explanation of a file is what the command says", async () => {
  const command = "scrim policy explain policy.yaml --otlp requests.json";
  const attributes = [{ key: "order.id", value: { stringValue: "7" } }];
  const requests = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }, { attributes }] }] }] };
  writeFileSync(join(folder, "requests.json"), JSON.stringify(requests));
  const args = command
    .split(" ")
    .slice(1)
    .map((arg) => (/\.(?:yaml|json)$/.test(arg) ? join(folder, arg) : arg));
  const said = (await scrim(args)).stdout.replaceAll(`${folder}/`, "").split("\n\n")[0]!;
  expect(README).toContain(`./bin/pnpm -s ${command}\n`);
  expect(README).toContain(`\n${said}\n…\n`);
});

test.each([
  [
    "echo 'card 4111 1111 1111 1111, mail jane@shop.example' | ./bin/pnpm -s scrim redact",
    ["redact"],
    "card 4111 1111 1111 1111, mail jane@shop.example\n",
    "card [REDACTED:credit_card], mail [REDACTED:email]\n",
  ],
  [
    "./bin/pnpm -s scrim policy explain --key customer.full_name",
    ["policy", "explain", "--key", "customer.full_name"],
    "",
    "decided by     class direct_identifier of user.full_name, by leaf (default policy)\n",
  ],
] as const)("%s prints what the README says", async (command, args, input, output) => {
  expect(README).toContain(command);
  expect(README).toContain(output);
  expect((await scrim(args, input)).stdout).toContain(output);
});
