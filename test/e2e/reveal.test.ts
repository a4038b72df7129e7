import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "@scrim/access";
import {
  REVEAL_BUNDLE_LIFE_MAX_S,
  type RevealGrant,
  RevealGrantSchema,
  readPrivateKey,
  signRevealBundle,
} from "@scrim/grants";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Run, scrim } from "../cli/scrim.ts";
import { ROOT } from "../packages/workspace.ts";

/* Values sealed by a policy, opened by a service that is a process of its own, in lines that pass through another. */

const POLICY = `version: 1
name: shop
keys: { seal: { file: reveal.pub, tenant: shop } }
classes: { direct_identifier: seal }
`;
const CONFIG = `
listen: 127.0.0.1:0
key_files: [reveal.key]
grants: { bundle_file: bundle, trusted_files: [signing.pub] }
audit: { directory: audit, key_file: log.key, create: true, heartbeat: 1s }
authentication: { token_file: tokens }
`;
const DIRECTORY = `
tenants: [shop]
people:
  - { id: alice, tenant: shop, identities: ["token:alice"] }
`;
const GRANT_ID = "00112233aabbccdd";
const TIMEOUT_MS = 60_000;

let folder: string;
let service: { readonly process: ChildProcess; readonly url: string; said: string };
let grants: readonly RevealGrant[] = [];
let version = 0;
let renewing: NodeJS.Timeout;
const at = (name: string) => join(folder, name);
const nowS = () => Math.floor(Date.now() / 1000);

function revealGrant(changes: Partial<RevealGrant> = {}): RevealGrant {
  return RevealGrantSchema.parse({
    id: GRANT_ID,
    tenant: "shop",
    holder: { principal: "alice", people: ["alice"] },
    services: ["*"],
    classes: ["direct_identifier"],
    sealed_from: nowS() - 3_600,
    sealed_until: nowS() + 3_600,
    values_max: 4,
    not_before: nowS() - 10,
    expires_at: nowS() + 3_600,
    ...changes,
  });
}

/** Replaces the bundle, and waits until the service has it. */
async function grantNow(...granted: readonly RevealGrant[]): Promise<void> {
  grants = granted;
  const wanted = issue();
  const taken = () => Number(/"version":(\d+)/.exec(readFileSync(at("reveal.versions"), "utf8"))?.[1]);
  if (service?.process.exitCode === null) await vi.waitUntil(() => taken() >= wanted, { timeout: 20_000 });
}

/** A bundle lives a minute: it is issued anew while the tests last, as the control plane does. */
function issue(): number {
  const signing = readPrivateKey("signing", readFileSync(at("signing.key"), "utf8"), "signing.key");
  const issuedAt = nowS();
  const expiresAt = issuedAt + REVEAL_BUNDLE_LIFE_MAX_S;
  const bundle = { audience: "reveal", version: ++version, issuedAt, expiresAt, grants };
  writeFileSync(at("bundle.next"), signRevealBundle(bundle, signing), { mode: 0o600 });
  renameSync(at("bundle.next"), at("bundle"));
  return version;
}

async function serve(): Promise<typeof service> {
  const main = join(ROOT, "packages/cli/src/main.ts");
  const child = spawn(process.execPath, [main, "reveal", "serve", "--config", at("reveal.yaml")]);
  const started = { process: child, url: "", said: "" };
  child.stderr.on("data", (part: Buffer) => {
    started.said += part;
  });
  await vi.waitUntil(() => started.said.includes("ready") || child.exitCode !== null, { timeout: 30_000 });
  expect(started.said).toContain("ready");
  return { ...started, url: /on (http:\S+)/.exec(started.said)?.[1] ?? "" };
}

async function stop(): Promise<void> {
  const closed = once(service.process, "close");
  service.process.kill("SIGTERM");
  expect(await closed).toEqual([0, null]);
}

const pipe = (lines: string, ...args: string[]): Promise<Run> =>
  scrim(["reveal", "--url", service.url, "--token-file", at("alice.token"), ...args], lines);

/** What a policy makes of lines. */
async function redacted(lines: string, ...args: string[]): Promise<string> {
  return (await scrim(["redact", "--policy", at("policy.yaml"), ...args], lines)).stdout;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-reveal-"));
  for (const args of [
    ["reveal", "keygen", "--out", at("reveal")],
    ["grant", "keygen", "signing", "--out", at("signing")],
    ["audit", "keygen", "log", "--name", "shop.example/reveals", "--out", at("log")],
  ])
    expect(await scrim(args)).toMatchObject({ code: 0 });
  const { token, line } = createToken("alice");
  writeFileSync(at("policy.yaml"), POLICY);
  writeFileSync(at("reveal.yaml"), CONFIG);
  writeFileSync(at("directory.yaml"), DIRECTORY, { mode: 0o600 });
  writeFileSync(at("tokens"), `${line}\n`, { mode: 0o600 });
  writeFileSync(at("alice.token"), `${token}\n`, { mode: 0o600 });
  const pseudonyms = `pseudonyms 1 ${Buffer.alloc(32, 7).toString("base64url")}\n`;
  writeFileSync(at("pseudonyms.secret"), pseudonyms, { mode: 0o600 });
  await grantNow(revealGrant());
  renewing = setInterval(issue, 20_000);
  service = await serve();
}, TIMEOUT_MS);
afterAll(() => {
  clearInterval(renewing);
  service?.process.kill();
  rmSync(folder, { recursive: true });
});

test(
  "lines that were sealed come out as they were, in their order, until a grant is used up",
  async () => {
    const lines = [
      "user.email=jane@shop.example logged in",
      "nothing here",
      "user.email=joe@shop.example logged in",
    ];
    const sealed = await redacted(`${lines.join("\n")}\n`);
    expect(sealed.match(/\[SEALED:v1:/g)).toHaveLength(2);
    const opened = await pipe(sealed + sealed);
    expect(opened).toEqual({
      code: 0,
      stdout: `${[...lines, ...lines].join("\n")}\n`,
      stderr: "reveal: opened 2 of 2 sealed values\n",
    });

    const more = await redacted(lines.join("\n"));
    expect((await pipe(more, "--grant", GRANT_ID)).code).toBe(0);
    const none = await pipe(more);
    expect(none).toEqual({
      code: 1,
      stdout: more,
      stderr: "reveal: opened 0 of 2 sealed values; 2 were refused\n",
    });
  },
  TIMEOUT_MS,
);

test(
  "records in JSON stay JSON, and values in URLs are encoded",
  async () => {
    await grantNow(revealGrant({ id: "aaaabbbbccccdddd", values_max: 100 }));
    const record = JSON.stringify({ "user.email": '"Jane\\" <jane@shop.example>', n: 1 });
    const sealed = await redacted(`${record}\n`, "--format", "jsonl");
    expect(sealed).toContain("[SEALED:v1:");
    writeFileSync(at("records.jsonl"), sealed);
    const opened = await pipe("", "--json", at("records.jsonl"), at("records.jsonl"));
    expect(opened.stdout).toBe(`${record}\n${record}\n`);
    expect(opened.stderr).toBe("reveal: opened 1 of 1 sealed value\n");

    const token = /\[SEALED:v1:[\w-]+\]/.exec(sealed)![0];
    const url = `GET /find?q=${encodeURIComponent(token)}&page=2`;
    expect((await pipe(`${url}\n`)).stdout).toBe(
      `GET /find?q=${encodeURIComponent('"Jane\\" <jane@shop.example>')}&page=2\n`,
    );
  },
  TIMEOUT_MS,
);

test(
  "what is revoked is not opened, and a service that starts again goes on counting",
  async () => {
    const sealed = await redacted("user.email=jane@shop.example\n");
    await grantNow(revealGrant(), revealGrant({ id: "aaaabbbbccccdddd" }));
    expect((await pipe(sealed)).code).toBe(0);
    await grantNow(revealGrant());
    expect((await pipe(sealed)).code).toBe(1);
    await stop();
    await grantNow(revealGrant());
    service = await serve();
    expect((await pipe(sealed)).stdout).toBe(sealed); // its four were used before
    const later = await pipe(sealed, "--grant", "ffff0000aaaa2222");
    expect(later.stderr).toBe("reveal: opened 0 of 1 sealed value; 1 was refused\n");
  },
  TIMEOUT_MS,
);

test(
  "a service that is killed has logged all that it answered, and opens no more than it may",
  async () => {
    const killed = "ccccddddeeeeffff";
    const sealed = await redacted("user.email=jane@shop.example\n");
    const token = /\[SEALED:v1:[\w-]+\]/.exec(sealed)![0];
    const body = JSON.stringify({ token, grant: killed });
    const headers = {
      authorization: `Bearer ${readFileSync(at("alice.token"), "utf8").trim()}`,
      "content-type": "application/json",
    };
    const ask = async () =>
      (await fetch(`${service.url}/v1/reveal`, { method: "POST", headers, body })).status;
    const valuesMax = 100;
    let answered = 0;
    for (const afterMs of [60, 150]) {
      await grantNow(revealGrant({ id: killed, values_max: valuesMax }));
      const closed = once(service.process, "close");
      let isOver = false;
      const callers = Array.from({ length: 4 }, async () => {
        while (!isOver) {
          const status = await ask().catch(() => undefined);
          if (status === 200) answered++;
          if (status !== 200) isOver = true;
        }
      });
      setTimeout(() => service.process.kill("SIGKILL"), afterMs);
      await Promise.all([...callers, closed]);
      service = await serve();
    }
    expect(answered).toBeGreaterThan(0);
    const shown = await scrim(["audit", "show", at("audit"), "--id", killed, "--json"]);
    const done = shown.stdout.split('"outcome":"done"').length - 1;
    expect(done).toBeGreaterThanOrEqual(answered);
    await grantNow(revealGrant({ id: killed, values_max: valuesMax }));
    let more = 0;
    while ((await ask()) === 200) more++;
    expect(done + more).toBe(valuesMax);
  },
  TIMEOUT_MS,
);

test(
  "who is not known gets nothing, and is told",
  async () => {
    writeFileSync(at("other.token"), `${createToken("alice").token}\n`, { mode: 0o600 });
    const sealed = await redacted("user.email=jane@shop.example\n");
    const args = ["reveal", "--url", service.url, "--token-file", at("other.token")];
    const { code, stdout, stderr } = await scrim(args, sealed);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("it does not know who asks [SOURCE_UNREACHABLE]");
  },
  TIMEOUT_MS,
);

test(
  "the log verifies, and says what was opened without saying what or for whom",
  async () => {
    await stop();
    const verified = await scrim(["audit", "verify", at("audit"), "--key", at("log.pub"), "--json"]);
    expect(verified.code).toBe(3); // internal consistency: nothing was kept of it elsewhere
    expect(JSON.parse(verified.stdout)).toMatchObject({ origin: "shop.example/reveals", unknownEntries: 0 });
    const shown = await scrim(["audit", "show", at("audit"), "--kind", "reveal", "--json"]);
    const entries = shown.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const outcomes = Object.groupBy(entries, ({ outcome }) => outcome);
    expect(outcomes.done!.filter(({ ids }) => ids.grant !== "ccccddddeeeeffff")).toHaveLength(7);
    expect(outcomes.refused!.filter(({ ids }) => ids.grant !== "ccccddddeeeeffff")).toHaveLength(5);
    expect(outcomes.done![0]).toMatchObject({
      action: "open",
      actor: expect.stringMatching(/^p1\./),
      ids: { grant: GRANT_ID },
      facts: { class: "direct_identifier", tenant: "shop", value: 1, values_max: 4 },
    });
    expect(shown.stdout).not.toMatch(/alice|jane|joe|SEALED/);
    const heartbeats = await scrim(["audit", "show", at("audit"), "--kind", "heartbeat", "--json"]);
    expect(heartbeats.stdout).not.toBe("");
  },
  TIMEOUT_MS,
);
