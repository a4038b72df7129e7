import { mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { defineExporter, defineExtension, defineProcessor, type FileContents } from "@scrim/pipeline";
import { encodeRequest, protoToJson } from "@scrim/wire";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { keepAliveClient } from "../../testing/keep-alive-client.ts";
import { startGateway } from "../start-gateway.ts";
import { CONFIG_HASH, CONFIG_RELOAD_FAILED, CONFIG_RELOADS, CONFIG_REVISION } from "./config-metrics.ts";

/** What came out of each pipeline, by the time of the record that tells requests apart. */
function collector() {
  const bodies = new Map<string, (string | undefined)[]>();
  const collect = defineExporter({
    type: "collect",
    description: "Keeps what it is given.",
    configSchema: z.strictObject({ round: z.number().default(0) }),
    create: () => ({
      export({ signal, bytes }) {
        const [{ scopeLogs }] = JSON.parse(protoToJson(signal, bytes)).resourceLogs;
        const [{ timeUnixNano, body }] = scopeLogs[0].logRecords;
        bodies.set(timeUnixNano, [...(bodies.get(timeUnixNano) ?? []), body?.stringValue]);
        return { status: "delivered", rejected: 0 };
      },
    }),
  });
  return { bodies, collect };
}

/** Takes a moment, so that batches are on their way while the configuration changes. */
const linger = defineProcessor({
  type: "linger",
  description: "Waits.",
  configSchema: z.strictObject({}),
  capabilities: { adds_text: false },
  create: () => ({
    async process(batch) {
      await setTimeout(3);
      return batch;
    },
  }),
});

const POLICY = { one: "version: 1\nbody: drop\n", two: "version: 1\nbody: keep\n" };
type PolicyName = keyof typeof POLICY;

/** A body as it comes out under either policy. */
const BODY = { one: undefined, two: "all is well" };

function logs(n: number): Buffer {
  const record = { timeUnixNano: String(n), body: { stringValue: BODY.two } };
  return encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
}

const CONFIG = `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } }
processors: { policy: { file: policy.yaml }, policy/2: { file: policy.yaml }, linger: null }
exporters: { collect: null }
service:
  extensions: []
  telemetry: { metrics: { address: "127.0.0.1:0" } }
  pipelines:
    logs: { receivers: [otlp], processors: [policy, linger], exporters: [collect], ack: delivered }
    logs/2: { receivers: [otlp], processors: [linger, policy/2], exporters: [collect], ack: delivered }
`;

/** A folder with a configuration in whose pipelines one policy stands before a slow step, and behind it. */
function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "scrim-reload-"));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, `${name}.new`), text, { mode: 0o600 });
    renameSync(join(folder, `${name}.new`), join(folder, name));
  };
  write("policy.yaml", POLICY.one);
  write("gateway.yaml", CONFIG);
  return {
    configFile: join(folder, "gateway.yaml"),
    writePolicy: (policy: PolicyName | "broken") =>
      write("policy.yaml", policy === "broken" ? "version: 1\nbdoy: drop\n" : POLICY[policy]),
    writeConfig: (text: string) => write("gateway.yaml", text),
  };
}

async function start(configFile: string, files?: FileContents) {
  const { bodies, collect } = collector();
  const warnings: string[] = [];
  const hints: (string | undefined)[] = [];
  const gateway = await startGateway({
    log: {
      info: () => {},
      warn(message, hint) {
        warnings.push(message);
        hints.push(hint);
      },
    },
    configFile,
    components: [collect, linger],
    ...(files && { files }),
  });
  onTestFinished(() => gateway.shutdown());
  const url = () => `http://${gateway.endpoints["receivers.otlp"]!.http}/v1/logs`;
  return { gateway, bodies, warnings, hints, url };
}

const CONNECTIONS = 8;

test("126: requests never fail while the configuration changes, and each goes by one policy: none sees half of two", async () => {
  const { configFile, writePolicy, writeConfig } = makeFolder();
  const { gateway, bodies, warnings, url } = await start(configFile);
  const client = keepAliveClient(CONNECTIONS);
  onTestFinished(() => client.close());
  const address = url();

  /** Policies in force so far, the last of them now or any moment. */
  const history: PolicyName[] = ["one"];
  let settled = 0;
  let isOver = false;
  const sent: { n: number; status: number; from: number; to: number }[] = [];
  const keepSending = async () => {
    while (!isOver) {
      const n = sent.length + 1;
      const entry = { n, status: 0, from: settled, to: 0 };
      sent.push(entry);
      entry.status = await client.post(address, logs(n));
      entry.to = history.length - 1;
    }
  };
  const senders = Array.from({ length: CONNECTIONS }, keepSending);

  const bad: readonly (() => void)[] = [
    () => writePolicy("broken"),
    () => writeConfig("receivers: ["),
    () => writeConfig(CONFIG.replace("[policy, linger]", "[linger]")),
    () => writeConfig(CONFIG.replace('"127.0.0.1:0" } }\n  pipelines', '"nowhere" } }\n  pipelines')),
  ];
  for (let round = 0; round < 24; round++) {
    await setTimeout(100);
    if (round % 2 === 1) {
      bad[(round >> 1) % bad.length]!();
      expect((await gateway.reload()).status).toBe("refused");
      writeConfig(CONFIG);
      writePolicy(history.at(-1)!);
    } else {
      const next = history.at(-1) === "one" ? "two" : "one";
      writePolicy(next);
      history.push(next);
      expect(await gateway.reload()).toEqual({ status: "in_force" });
      settled = history.length - 1;
    }
  }
  isOver = true;
  await Promise.all(senders);

  expect(sent.length).toBeGreaterThan(100);
  expect(sent.filter(({ status }) => status !== 200)).toEqual([]);
  expect(client.connections).toBe(CONNECTIONS);
  expect(url()).toBe(address);
  for (const { n, from, to } of sent) {
    const [first, second, ...more] = bodies.get(String(n))!;
    expect([second, more]).toEqual([first, []]);
    expect(history.slice(from, to + 1).map((policy) => BODY[policy])).toContain(first);
  }
  const { metrics } = gateway;
  expect(metrics.value(CONFIG_RELOADS, { outcome: "in_force" })).toBe(12);
  expect(metrics.value(CONFIG_RELOADS, { outcome: "refused" })).toBe(12);
  expect(metrics.value(CONFIG_REVISION, {})).toBe(13);
  expect(warnings).toHaveLength(12);
});

const REFUSED: readonly [name: string, change: (config: string) => string, code: string, path: string][] = [
  ["is no YAML", () => "receivers: [", "CONFIG_UNREADABLE", ".yaml:1:13"],
  ["has an unknown key", (config) => `${config}\nexportrs: {}`, "CONFIG_INVALID", ""],
  [
    "names a component that there isn't",
    (config) => config.replace("exporters: [collect]", "exporters: [colect]"),
    "CONFIG_INVALID",
    "service.pipelines.logs.exporters.0",
  ],
  [
    "lets data leave unredacted",
    (config) => config.replace("[policy, linger]", "[linger]"),
    "CONFIG_UNREDACTED",
    "service.pipelines.logs.processors",
  ],
  [
    "names a file that there isn't",
    (config) => config.replace("policy.yaml", "nothing.yaml"),
    "CONFIG_UNREADABLE",
    "nothing.yaml",
  ],
  [
    "names a plug-in that there isn't",
    (config) => config.replace("extensions: []", "extensions: []\n  plugins: [./no.mjs]"),
    "CONFIG_UNREADABLE",
    "service.plugins.0",
  ],
  [
    "needs a variable that is not set",
    (config) => config.replace("collect: null", `collect: { round: "\${env:SCRIM_NOT_SET}" }`),
    "CONFIG_INVALID",
    "exporters.collect.round",
  ],
];

test.each(REFUSED)(
  "126: a configuration that %s is refused; the log says where, and what to do",
  async (_, change, code, path) => {
    const { configFile, writeConfig } = makeFolder();
    const { gateway, warnings, url } = await start(configFile);
    const hash = gateway.metrics.value(CONFIG_HASH, {});
    writeConfig(change(CONFIG));
    expect(await gateway.reload()).toMatchObject({ status: "refused", error: { code } });
    expect(warnings).toEqual([expect.stringContaining(code)]);
    expect(warnings[0]).toContain(path);
    expect(gateway.metrics.value(CONFIG_RELOAD_FAILED, {})).toBe(1);
    expect(gateway.metrics.value(CONFIG_HASH, {})).toBe(hash);
    const client = keepAliveClient(1);
    expect(await client.post(url(), logs(1))).toBe(200);
    client.close();
    writeConfig(CONFIG);
    expect(await gateway.reload()).toEqual({ status: "unchanged" });
    expect(gateway.metrics.value(CONFIG_RELOAD_FAILED, {})).toBe(0);
  },
);

test("126: a port that is taken leaves the old one open", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const { configFile, writeConfig } = makeFolder();
  const { gateway, warnings } = await start(configFile);
  const before = gateway.metricsUrl!;
  const { port } = taken.address() as AddressInfo;
  writeConfig(CONFIG.replace('metrics: { address: "127.0.0.1:0"', `metrics: { address: "127.0.0.1:${port}"`));
  expect(await gateway.reload()).toMatchObject({ status: "refused", error: { code: "LISTEN_FAILED" } });
  expect(warnings[0]).toContain("service.telemetry.metrics.address");
  expect(gateway.metricsUrl).toBe(before);
  expect((await fetch(before)).status).toBe(200);
  writeConfig(CONFIG.replace('metrics: { address: "127.0.0.1:0" }', "metrics: { level: none }"));
  expect(await gateway.reload()).toEqual({ status: "in_force" });
  expect(gateway.metricsUrl).toBeUndefined();
  await expect
    .poll(() =>
      fetch(before).then(
        () => "open",
        () => "closed",
      ),
    )
    .toBe("closed");
});

test("126: a storm of reloads is a few of them, and the last is what is in the file", async () => {
  const { configFile, writePolicy } = makeFolder();
  const { gateway, bodies, url } = await start(configFile);
  const first = gateway.reload();
  writePolicy("two");
  const storm = Array.from({ length: 200 }, () => gateway.reload());
  expect(await Promise.all([first, ...storm])).toHaveLength(201);
  expect(gateway.metrics.sum(CONFIG_RELOADS)).toBe(2);
  const client = keepAliveClient(1);
  await client.post(url(), logs(1));
  client.close();
  expect(bodies.get("1")).toEqual([BODY.two, BODY.two]);
});

test("a watched configuration is put into force when its file changes, or one that it names; a broken one once", async () => {
  const { configFile, writePolicy, writeConfig } = makeFolder();
  const watching = CONFIG.replace(
    "extensions: []",
    "extensions: []\n  reload: { watch: true, interval: 100ms }",
  );
  writeConfig(watching);
  const { gateway, warnings } = await start(configFile);
  const revision = () => gateway.metrics.value(CONFIG_REVISION, {});
  writePolicy("two");
  await expect.poll(revision, { timeout: 10_000 }).toBe(2);
  writePolicy("broken");
  await expect.poll(() => warnings.length, { timeout: 10_000 }).toBe(1);
  await setTimeout(500);
  expect([revision(), warnings.length]).toEqual([2, 1]);
  writePolicy("one");
  await expect.poll(revision, { timeout: 10_000 }).toBe(3);
  writeConfig(watching.replace("collect: null", "collect: { round: 1 }"));
  await expect.poll(revision, { timeout: 10_000 }).toBe(4);
  writeConfig(CONFIG);
  await expect.poll(revision, { timeout: 10_000 }).toBe(5);
  writePolicy("two");
  await setTimeout(500);
  expect(revision()).toBe(5);
});

test("a file that changes while the gateway starts is put into force as well", async () => {
  const { configFile, writePolicy, writeConfig } = makeFolder();
  const { collect } = collector();
  const slow = defineExtension({
    type: "slow",
    description: "Takes so long that somebody changes the policy meanwhile.",
    configSchema: z.strictObject({}),
    create: () => ({ start: () => writePolicy("two") }),
  });
  const service = "extensions: [slow]\n  reload: { watch: true, interval: 100ms }";
  writeConfig(`${CONFIG.replace("extensions: []", service)}extensions: { slow: null }\n`);
  const log = { info: () => {}, warn: () => {} };
  const gateway = await startGateway({ configFile, components: [collect, linger, slow], log });
  onTestFinished(() => gateway.shutdown());
  await expect.poll(() => gateway.metrics.value(CONFIG_REVISION, {}), { timeout: 10_000 }).toBe(2);
});

test("what only a start puts into force is said to wait for one", async () => {
  const { configFile, writeConfig } = makeFolder();
  const { gateway, warnings } = await start(configFile);
  writeConfig(CONFIG.replace("extensions: []", "extensions: []\n  workers: 3\n  spool: { max_size: 1GiB }"));
  expect(await gateway.reload()).toEqual({ status: "in_force" });
  expect(warnings.splice(0)).toEqual([
    expect.stringMatching(/^service\.spool: .*next start$/),
    expect.stringMatching(/^service\.workers: .*next start$/),
  ]);
});

test("a gateway goes by what another one has read, at the start and at a reload, until it reads by itself", async () => {
  const { configFile, writePolicy, writeConfig } = makeFolder();
  const first = await start(configFile);
  const one = first.gateway.files;
  writePolicy("two");
  expect(await first.gateway.reload()).toEqual({ status: "in_force" });
  const two = first.gateway.files;
  writeConfig("receivers: [");
  writePolicy("broken");
  expect((await first.gateway.reload()).status).toBe("refused");
  expect(first.gateway.files).toEqual(two);

  const { gateway, bodies, url } = await start(configFile, one);
  const client = keepAliveClient(1);
  onTestFinished(() => client.close());
  await client.post(url(), logs(1));
  expect(await gateway.reload(undefined, two)).toEqual({ status: "in_force" });
  await client.post(url(), logs(2));
  expect(await gateway.reload(undefined, two)).toEqual({ status: "unchanged" });
  expect((await gateway.reload()).status).toBe("refused");
  await client.post(url(), logs(3));
  expect([...bodies.values()]).toEqual([
    [BODY.one, BODY.one],
    [BODY.two, BODY.two],
    [BODY.two, BODY.two],
  ]);
  const hash = (one: typeof gateway) => one.metrics.value(CONFIG_HASH, {});
  expect(hash(gateway)).toBe(hash(first.gateway));
});

test("whoever runs a gateway in a program gives it another configuration", async () => {
  const { collect } = collector();
  const config = (round: number) => ({
    receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
    processors: { policy: {} },
    exporters: { collect: { round } },
    service: {
      extensions: [],
      telemetry: { metrics: { level: "none" } },
      pipelines: {
        logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["collect"], ack: "delivered" },
      },
    },
  });
  const gateway = await startGateway({
    config: config(1),
    components: [collect],
    log: { info: () => {}, warn: () => {} },
  });
  expect(await gateway.reload(config(2))).toEqual({ status: "in_force" });
  expect(await gateway.reload()).toEqual({ status: "unchanged" });
  await gateway.shutdown();
  expect(await gateway.reload(config(3))).toMatchObject({ status: "refused" });
});

test("126: a receiver takes other limits and paths on the connections that it has", async () => {
  const { configFile, writeConfig } = makeFolder();
  const { gateway, url } = await start(configFile);
  const client = keepAliveClient(1);
  onTestFinished(() => client.close());
  const address = url();
  expect(await client.post(address, logs(1))).toBe(200);
  writeConfig(
    CONFIG.replace('"127.0.0.1:0" }', '"127.0.0.1:0", max_request_body_size: 16B, traces_url_path: /t }'),
  );
  expect(await gateway.reload()).toEqual({ status: "in_force" });
  expect(await client.post(address, logs(2))).toBe(413);
  writeConfig(CONFIG.replace('"127.0.0.1:0" }', '"127.0.0.1:0", logs_url_path: /l }'));
  expect(await gateway.reload()).toEqual({ status: "in_force" });
  expect(await client.post(address.replace("/v1/logs", "/l"), logs(3))).toBe(200);
  expect(await client.post(address, logs(4))).toBe(404);
  expect(url()).toBe(address);
});

test("126: a receiver whose port changes listens on the new one, and then no longer on the old one", async () => {
  const { configFile, writeConfig } = makeFolder();
  const { gateway, url } = await start(configFile);
  const old = url();
  const client = keepAliveClient(1);
  onTestFinished(() => client.close());
  writeConfig(CONFIG.replace('http: { endpoint: "127.0.0.1:0" }', 'http: { endpoint: "localhost:0" }'));
  expect(await gateway.reload()).toEqual({ status: "in_force" });
  expect(url()).not.toBe(old);
  expect(await client.post(url(), logs(1))).toBe(200);
  await expect
    .poll(
      () =>
        fetch(old).then(
          () => "open",
          () => "closed",
        ),
      { timeout: 20_000 },
    )
    .toBe("closed");
});

test("a reload that hangs keeps no gateway from shutting down, and never comes into force", async () => {
  let open = () => {};
  let isShutDown = false;
  const stuck = defineExtension({
    type: "stuck",
    description: "Starts when it is told to.",
    configSchema: z.strictObject({}),
    create: () => ({
      start: () => new Promise<void>((resolve) => (open = resolve)),
      shutdown() {
        isShutDown = true;
      },
    }),
  });
  const config = (extensions: object) => ({
    receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
    processors: { policy: {} },
    exporters: { debug: {} },
    extensions,
    service: {
      extensions: Object.keys(extensions),
      telemetry: { metrics: { level: "none" } },
      pipelines: {
        logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
      },
    },
  });
  const log = { info: () => {}, warn: () => {} };
  const gateway = await startGateway({ config: config({}), components: [stuck], log });
  const reloaded = gateway.reload(config({ stuck: {} }));
  await setTimeout(100);
  await gateway.shutdown();
  open();
  expect(await reloaded).toMatchObject({ status: "refused" });
  expect(isShutDown).toBe(true);
});
