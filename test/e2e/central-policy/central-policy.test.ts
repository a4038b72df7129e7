import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyFor, type SharedPolicy } from "@scrim/grants";
import { protoToJson } from "@scrim/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type RunningAccess, runAccess } from "../../../packages/access/test/running-access.ts";
import { ROOT } from "../../packages/workspace.ts";
import { type Sink, startSink } from "../sink.ts";

/* Three applications and a gateway, each a process of its own, follow one control plane. */

const DIRECTORY = `
tenants: [shop]
people:
  - { id: dora, tenant: shop, identities: ["token:dora"], roles: [admin] }
  - { id: eva, tenant: shop, identities: ["token:eva"], roles: [policy_approver] }
workloads:
  - { id: pay-pods, tenant: shop, identities: ["token:pay-pods"], services: [{ service: pay, environment: production }] }
teams: []
`;
const INSTANCES = ["app-1", "app-2", "app-3", "gateway"];
const AS_WRITTEN = "as it was written";
const SOON = { timeout: 30_000, interval: 20 };

interface Policy {
  readonly id: string;
  readonly revision: number;
}
interface Processes {
  readonly processes: readonly {
    readonly instance: string;
    readonly running?: { readonly revision: number };
    readonly refused?: { readonly reason: string; readonly revision: number };
  }[];
}

let folder: string;
let sink: Sink;
let access: RunningAccess;
let children: Map<string, ChildProcess>;
let feed: NodeJS.Timeout | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-central-"));
  sink = await startSink();
  access = await runAccess({ directory: DIRECTORY });
  children = new Map();
  newest = new Map();
  read = 0;
  file("policy.pub", access.policySigning.publicKey);
  file("token", access.tokenOf("pay-pods"));
});
afterEach(async () => {
  clearInterval(feed);
  for (const instance of children.keys()) await stop(instance);
  await access.stop();
  await sink.close();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
function file(name: string, text: string): string {
  writeFileSync(at(name), text, { mode: 0o600 });
  return at(name);
}

function startApp(instance: string, env: Readonly<Record<string, string>> = {}): void {
  const child = spawn(process.execPath, ["--import", "@scrim/otel/register", "app.mjs"], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env.PATH,
      OTEL_SERVICE_NAME: "pay",
      OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=production,service.instance.id=${instance}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRICS_EXPORTER: "none",
      OTEL_TRACES_EXPORTER: "none",
      OTEL_BLRP_SCHEDULE_DELAY: "50",
      OTEL_LOG_LEVEL: "none",
      SCRIM_POLICY_URL: access.url,
      SCRIM_POLICY_TRUSTED: at("policy.pub"),
      SCRIM_POLICY_TOKEN_FILE: at("token"),
      SCRIM_POLICY_STATE: at(`${instance}.policy`),
      ...env,
    },
  });
  children.set(instance, child);
}

/** Starts a gateway, and sends it a record every now and then. */
async function startGateway(): Promise<void> {
  const pipeline = { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "delivered" };
  const central = {
    url: access.url,
    token_file: "token",
    trusted: ["policy.pub"],
    audience: { service: "pay", environment: "production" },
    instance: "gateway",
    state: "gateway.policy",
  };
  const config = file(
    "gateway.yaml",
    JSON.stringify({
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: { central } },
      exporters: { otlphttp: { endpoint: sink.url } },
      extensions: { health_check: { endpoint: "127.0.0.1:0" } },
      service: { telemetry: { metrics: { level: "none" } }, pipelines: { logs: pipeline } },
    }),
  );
  const args = [join(ROOT, "packages/cli/src/main.ts"), "gateway", "--config", config];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  children.set("gateway", child);
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (part: Buffer) => {
      said += part;
      const endpoint = /receivers\.otlp listens on (\S+)/.exec(said);
      if (endpoint !== null && said.includes("ready")) resolve(`${endpoint[1]}/v1/logs`);
    };
    child.stdout!.on("data", hear);
    child.stderr!.on("data", hear);
    child.on("exit", () => reject(new Error(said)));
  });
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const body = JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [attribute("service.instance.id", "gateway")] },
        scopeLogs: [{ logRecords: [{ attributes: [attribute("order.note", AS_WRITTEN)] }] }],
      },
    ],
  });
  const headers = { "content-type": "application/json" };
  feed = setInterval(() => void fetch(url, { method: "POST", headers, body }).catch(() => {}), 50);
}

async function stop(instance: string): Promise<void> {
  const child = children.get(instance)!;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** By process, what order.note has become in its newest record, and which of the sink's requests had that. */
let newest: Map<string, { readonly note: string; readonly request: number }>;
let read = 0;

/** What order.note has become in the newest record of each process, of those that came since a moment. */
function notes(since = 0): Readonly<Record<string, string>> {
  for (; read < sink.received.length; read++) {
    const { resourceLogs } = JSON.parse(protoToJson("logs", sink.received[read]!.body).toString());
    for (const { resource, scopeLogs } of resourceLogs) {
      const instance = textOf(resource.attributes, "service.instance.id");
      const note = textOf(scopeLogs.at(-1).logRecords.at(-1).attributes, "order.note");
      newest.set(instance, { note, request: read });
    }
  }
  const recent = [...newest].filter(([, { request }]) => request >= since);
  return Object.fromEntries(recent.map(([instance, { note }]) => [instance, note]));
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

/** A record whose only attribute was dropped has none. */
function textOf(attributes: readonly Attribute[] | undefined, key: string): string {
  return attributes?.find((each) => each.key === key)?.value.stringValue ?? "gone";
}

const all = (note: string) => Object.fromEntries(INSTANCES.map((instance) => [instance, note]));
const policy = (action: string) => `version: 1\nrules: [{ attribute: order.note, action: ${action} }]\n`;

async function propose(text: string): Promise<Policy> {
  const body = {
    audience: { services: ["pay"], environments: ["*"] },
    documents: [{ name: "pay.yaml", text }],
    reason: "a test",
  };
  const { body: proposed, text: answer } = await access.call<Policy>("dora", "POST", "/v1/policies", {
    body,
  });
  if (proposed.id === undefined) throw new Error(answer);
  await access.call("eva", "POST", `/v1/policies/${proposed.id}/approve`, { body: {} });
  return proposed;
}

const stage = ({ id }: Policy, share: number) =>
  access.call("dora", "POST", `/v1/policies/${id}/stage`, { body: { share } });

async function processes({ id }: Policy): Promise<Processes["processes"]> {
  return (await access.call<Processes>("dora", "GET", `/v1/policies/${id}/processes`)).body.processes;
}

async function publish(text: string): Promise<Policy> {
  const proposed = await propose(text);
  await stage(proposed, 100);
  return proposed;
}

const until = (expected: Readonly<Record<string, string>>) =>
  vi.waitFor(() => expect(notes()).toEqual(expected), SOON);

test("a change reaches four processes within two seconds, and a bad one none", {
  timeout: 120_000,
}, async () => {
  for (const instance of INSTANCES.slice(0, 3)) startApp(instance);
  await startGateway();
  await until(all(AS_WRITTEN)); // by the local policy, which is the default one
  await publish(policy("{ replace: one }"));
  await until(all("one"));

  // On a machine that does much else a change may have to wait for it: the quickest counts.
  let next: Policy;
  let quickestMs = Number.POSITIVE_INFINITY;
  for (let change = 1; quickestMs >= 2_000 && change <= 5; change++) {
    next = await propose(policy(`{ replace: change-${change} }`));
    const startedMs = performance.now();
    await stage(next, 100);
    await until(all(`change-${change}`));
    quickestMs = Math.min(quickestMs, performance.now() - startedMs);
  }
  expect(quickestMs).toBeLessThan(2_000);
  const before = notes()["app-1"]!;
  await vi.waitFor(async () => {
    const running = (await processes(next)).map((each) => [each.instance, each.running?.revision]);
    expect(running).toEqual(INSTANCES.map((instance) => [instance, next.revision]));
  }, SOON);

  const bad = await publish(policy("pseudonym")); // for which no process has a key
  await vi.waitFor(async () => {
    const refused = (await processes(bad)).map(({ running, refused }) => [
      running?.revision,
      refused?.revision,
      refused?.reason,
    ]);
    expect(refused).toEqual(INSTANCES.map(() => [next.revision, bad.revision, "POLICY_KEY_MISSING"]));
  }, SOON);
  const since = sink.received.length;
  await vi.waitFor(() => expect(Object.keys(notes(since)).toSorted()).toEqual(INSTANCES), SOON);
  expect(notes(since)).toEqual(all(before));

  await publish(policy("drop"));
  await until(all("gone"));
});

test("a share of the processes tries a policy, and gives it back", { timeout: 120_000 }, async () => {
  const instances = ["a", "b", "c", "d"];
  const ofAll = (note: string) => Object.fromEntries(instances.map((instance) => [instance, note]));
  for (const instance of instances) startApp(instance);
  await publish(policy("{ replace: one }"));
  await until(ofAll("one"));
  const next = await propose(policy("{ replace: two }"));
  const inShare = (share: number) =>
    instances.filter((instance) => policyFor([{ ...next, share } as SharedPolicy], instance) !== undefined);
  const share = Array.from({ length: 100 }, (_, percent) => percent).find(
    (each) => inShare(each).length > 0,
  )!;
  await stage(next, share);
  const tried = Object.fromEntries(inShare(share).map((instance) => [instance, "two"]));
  await until({ ...ofAll("one"), ...tried });
  await stage(next, 0);
  await until(ofAll("one"));
});

test("a restart begins with the last good policy, also where nobody answers", {
  timeout: 120_000,
}, async () => {
  const local = file("local.yaml", policy("{ replace: local }"));
  startApp("app-1", { SCRIM_POLICY_FILE: local });
  await until({ "app-1": "local" });
  await publish(policy("{ replace: one }"));
  await until({ "app-1": "one" });
  await vi.waitFor(() => expect(existsSync(at("app-1.policy"))).toBe(true), SOON);
  expect(statSync(at("app-1.policy")).mode & 0o777).toBe(0o600);
  await stop("app-1");
  const since = sink.received.length;
  startApp("app-1", { SCRIM_POLICY_FILE: local, SCRIM_POLICY_URL: "http://127.0.0.1:9" });
  await vi.waitFor(() => expect(notes(since)).toEqual({ "app-1": "one" }), SOON);
});
