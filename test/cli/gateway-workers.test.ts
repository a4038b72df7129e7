import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { countItems, encodeRequest } from "@scrim/wire";
import { expect, onTestFinished, test } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";
import { freePorts } from "../oracle/gateway/free-ports.ts";
import { ROOT } from "../packages/workspace.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";

const BODY = encodeRequest("logs", {
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ body: { stringValue: "order ORDER-77 of john@example.com" } }] }] },
  ],
});

function configOf(sink: Sink, service = "", policy = "{}", ack = "delivered"): string {
  return `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } }
processors: { policy: ${policy} }
exporters: { otlphttp: { endpoint: "${sink.url}" } }
extensions: { health_check: { endpoint: "127.0.0.1:0" }, zpages: { endpoint: "127.0.0.1:0" } }
service:
  ${service}
  telemetry: { metrics: { address: "127.0.0.1:0" } }
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [otlphttp], ack: ${ack} } }
`;
}

async function start(service = "workers: 2"): Promise<{ gateway: GatewayProcess; sink: Sink }> {
  const sink = await startSink();
  const gateway = await startGatewayProcess(configOf(sink, service));
  onTestFinished(async () => {
    gateway.child.kill("SIGKILL");
    await sink.close();
  });
  return { gateway, sink };
}

/** Each on a connection of its own, so that workers take turns. */
async function send({ addresses }: GatewayProcess): Promise<number> {
  const headers = { "content-type": "application/x-protobuf", connection: "close" };
  const url = `http://${addresses.get("receivers.otlp")}/v1/logs`;
  return (await fetch(url, { method: "POST", headers, body: new Uint8Array(BODY) })).status;
}

function workersOf({ child }: GatewayProcess): readonly number[] {
  return execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map(Number);
}

async function metric({ addresses }: GatewayProcess, name: string): Promise<number | undefined> {
  const text = await (await fetch(`http://${addresses.get("metrics")}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(name));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

const IN_FORCE = 'scrim_gateway_workers{state="in_force"}';
const RELOAD_FAILED = "scrim_config_last_reload_failed";
const ACCEPTED = 'otelcol_receiver_accepted_log_records_total{receiver="otlp"';

test("workers share one port, and their metrics are one", async () => {
  const { gateway, sink } = await start();
  expect(workersOf(gateway)).toHaveLength(2);
  const statuses = await Promise.all(Array.from({ length: 20 }, () => send(gateway)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(sink.received).toHaveLength(20);
  expect(await metric(gateway, ACCEPTED)).toBe(20);
  // Whichever answers.
  for (let ask = 0; ask < 4; ask++) expect(await metric(gateway, ACCEPTED)).toBe(20);
  expect(await metric(gateway, "scrim_config_revision")).toBe(1);
});

test("pages say which of the workers they are about", async () => {
  const { gateway } = await start("workers: 2\n  extensions: [health_check, zpages]");
  const url = `http://${gateway.addresses.get("extensions.zpages")}/debug/pipelines`;
  const ask = (accept: string) => fetch(url, { headers: { accept, connection: "close" } });
  const indices = new Set<number>();
  const askOnce = async () => {
    const { worker } = (await (await ask("*/*")).json()) as { worker: { index: number; count: number } };
    expect(worker.count).toBe(2);
    indices.add(worker.index);
    return indices;
  };
  await expect.poll(askOnce, { timeout: 10_000 }).toEqual(new Set([0, 1]));
  expect(await (await ask("text/html")).text()).toMatch(/<p>Of worker [01], one of 2:/);
});

test("a worker that is killed is replaced, others serve meanwhile, and what it had counted stays counted", async () => {
  const { gateway, sink } = await start();
  for (let n = 0; n < 10; n++) expect(await send(gateway)).toBe(200);
  await sleep(1_500); // they say what they count each second
  const [victim] = workersOf(gateway);
  process.kill(victim!, "SIGKILL");
  await expect.poll(() => gateway.said()).toContain("has ended (SIGKILL); another one takes its place");
  for (let n = 0; n < 10; n++) expect(await send(gateway)).toBe(200);
  await expect
    .poll(() => workersOf(gateway).filter((pid) => pid !== victim).length, { timeout: 30_000 })
    .toBe(2);
  await expect.poll(() => metric(gateway, ACCEPTED), { timeout: 30_000 }).toBe(20);
  expect(sink.received).toHaveLength(20);
});

test("the gateway grows no younger when its oldest worker is killed, and has used no less of the processor", async () => {
  const { gateway } = await start();
  const read = () =>
    Promise.all(
      ["otelcol_process_uptime_total", "otelcol_process_cpu_seconds_total"].map((name) =>
        metric(gateway, name),
      ),
    );
  const [uptime, cpu] = await read();
  process.kill(Math.min(...workersOf(gateway)), "SIGKILL");
  await gateway.says("another one takes its place");
  const [uptimeNow, cpuNow] = await read();
  expect(uptimeNow).toBeGreaterThan(uptime!);
  expect(cpuNow).toBeGreaterThanOrEqual(cpu!);
});

test("a connection that was on its way to a worker when it was killed is closed, so that whoever made it asks again", async () => {
  const { gateway } = await start();
  const port = Number(gateway.addresses.get("receivers.otlp")!.split(":").at(-1));
  const [victim] = workersOf(gateway);
  process.kill(victim!, "SIGSTOP");
  const sockets = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").resume());
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const waiting = new Set(sockets);
  for (const socket of sockets) {
    socket.once("data", () => waiting.delete(socket));
    socket.write("GET / HTTP/1.1\r\nhost: gateway\r\n\r\n");
  }
  await expect.poll(() => waiting.size, { timeout: 10_000 }).toBe(1);
  const [handed] = waiting;
  const closed = new Promise((resolve) => handed!.on("error", () => {}).once("close", resolve));
  process.kill(victim!, "SIGKILL");
  await closed;
});

test("a worker that can't learn what the others count says so, rather than what it counts alone", async () => {
  const { gateway } = await start();
  for (let n = 0; n < 10; n++) expect(await send(gateway)).toBe(200);
  const [host, port] = gateway.addresses.get("metrics")!.split(":");
  const socket = connect(Number(port), host);
  onTestFinished(() => void socket.destroy());
  await sleep(500); // a worker has it now: the process that hands them out is not needed any more
  gateway.child.kill("SIGSTOP");
  socket.write("GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n");
  const [answer] = await once(socket, "data");
  gateway.child.kill("SIGCONT");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 503 /);
  expect(await metric(gateway, ACCEPTED)).toBe(10);
});

test("SIGHUP has every worker take the new policy, and SIGTERM ends all with what is on its way delivered", async () => {
  const { gateway, sink } = await start();
  const policy = `{ policy: { version: 1, body: scan, detectors: { use: [pii], custom: [{ id: order, pattern: 'ORDER-[0-9]+', atoms: ["ORDER-"], examples: { match: ["ORDER-77"], ignore: ["ORDER"] }, action: mask }] } } }`;
  gateway.configure(configOf(sink, "workers: 2", policy));
  gateway.child.kill("SIGHUP");
  await expect
    .poll(() => gateway.said().split("the new configuration is in force").length - 1, { timeout: 30_000 })
    .toBe(2);
  (sink.received as unknown[]).length = 0;
  for (let n = 0; n < 8; n++) expect(await send(gateway)).toBe(200);
  expect(sink.received.filter(({ body }) => body.includes("ORDER-77"))).toEqual([]);
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});

test("workers end where the one that started them is killed", async () => {
  const { gateway } = await start();
  const workers = workersOf(gateway);
  gateway.child.kill("SIGKILL");
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(() => workers.some(isAlive), { timeout: 30_000 }).toBe(false);
});

test("what is wrong with the configuration is said once, and nothing is started", async () => {
  const sink = await startSink();
  onTestFinished(() => sink.close());
  await expect(startGatewayProcess(configOf(sink, "workers: 3", "{ file: missing.yaml }"))).rejects.toThrow(
    /missing\.yaml/,
  );
});

test("where Node's permissions keep it from starting workers it says which flag lets it", async () => {
  const sink = await startSink();
  onTestFinished(() => sink.close());
  const permitted = ["--permission", "--allow-fs-read=*", "--allow-addons", "--allow-worker"] as const;
  const command = [process.execPath, ...permitted, join(ROOT, "packages/cli/src/main.ts")] as const;
  await expect(startGatewayProcess(configOf(sink, "workers: 2"), { command })).rejects.toThrow(
    /service\.workers: .*\[CONFIG_INVALID\]\n.*--allow-child-process/,
  );
});

test("as a worker of another program's cluster it works alone, or says that it can't have workers of its own", async () => {
  const sink = await startSink();
  onTestFinished(() => sink.close());
  const main = JSON.stringify(join(ROOT, "packages/cli/src/main.ts"));
  const program = `
    import cluster from "node:cluster";
    cluster.setupPrimary({ exec: ${main}, args: process.argv.slice(1), execArgv: [] });
    process.on("SIGTERM", () => cluster.disconnect());
    cluster.fork().on("exit", (code) => process.exit(code));`;
  const command = [process.execPath, "--input-type=module", "-e", program, "--"] as const;
  const gateway = await startGatewayProcess(configOf(sink), { command });
  onTestFinished(() => void gateway.child.kill("SIGKILL"));
  for (let n = 0; n < 4; n++) expect(await send(gateway)).toBe(200);
  expect(await metric(gateway, ACCEPTED)).toBe(4);
  await expect(startGatewayProcess(configOf(sink, "workers: 2"), { command })).rejects.toThrow(
    /service\.workers: another program runs this one/,
  );
});

test("what workers had stored is delivered by those that there are after a restart, though there are fewer", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-workers-"));
  const refusing = await startSink();
  refusing.status = 503;
  const sink = await startSink(); // another one: what is sent to the first as its sender dies may be read later
  onTestFinished(async () => {
    await refusing.close();
    await sink.close();
    rmSync(folder, { recursive: true });
  });
  const spool = `spool: { directory: ${folder}/spool }`;
  const three = await startGatewayProcess(configOf(refusing, `workers: 3\n  ${spool}`, "{}", "durable"));
  onTestFinished(() => void three.child.kill("SIGKILL"));
  for (let n = 0; n < 12; n++) expect(await send(three)).toBe(200);
  const workers = workersOf(three);
  for (const pid of workers) process.kill(pid, "SIGKILL");
  three.child.kill("SIGKILL");
  expect(three.said()).toContain(`gateway: spool in ${folder}/spool\n`);
  const one = await startGatewayProcess(configOf(sink, spool, "{}", "durable"));
  onTestFinished(() => void one.child.kill("SIGKILL"));
  expect(one.said()).toContain(`gateway: spool in ${folder}/spool\n`);
  const arrived = () => sink.received.reduce((sum, { body }) => sum + countItems("logs", body), 0);
  await expect.poll(arrived, { timeout: 30_000 }).toBe(12);
  expect(Buffer.concat(sink.received.map(({ body }) => body)).includes("john@example.com")).toBe(false);
  one.child.kill("SIGTERM");
  expect(await one.ended).toEqual({ code: 0, signal: null });
});

/** Kills a worker, and resolves when another process has its place, which has hardly begun. */
async function untilReplaced(gateway: GatewayProcess): Promise<void> {
  const [victim, other] = workersOf(gateway);
  process.kill(victim!, "SIGKILL");
  await expect
    .poll(() => workersOf(gateway).filter((pid) => pid !== victim && pid !== other).length, {
      timeout: 30_000,
      interval: 5,
    })
    .toBe(1);
}

test("what waited in a worker that was killed is interrupted, and recovered by the one in its place: all is accounted for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-workers-"));
  const refusing = await startSink();
  refusing.status = 503;
  const service = `workers: 2\n  spool: { directory: ${folder}/spool }`;
  const gateway = await startGatewayProcess(configOf(refusing, service, "{}", "durable"));
  onTestFinished(async () => {
    gateway.child.kill("SIGKILL");
    await refusing.close();
    rmSync(folder, { recursive: true });
  });
  for (let n = 0; n < 10; n++) expect(await send(gateway)).toBe(200);
  const ofExporter = (name: string) => metric(gateway, `${name}{exporter="otlphttp"}`);
  expect(await ofExporter("scrim_exporter_interrupted_items_total")).toBe(0);
  expect(await ofExporter("scrim_exporter_waiting_items")).toBe(10); // which asks the workers, too
  await untilReplaced(gateway);
  const recovered = () => ofExporter("scrim_spool_recovered_items_total");
  await expect.poll(recovered, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(await ofExporter("scrim_exporter_enqueued_items_total")).toBe(10);
  expect(await ofExporter("scrim_exporter_waiting_items")).toBe(10);
  expect(await ofExporter("scrim_exporter_interrupted_items_total")).toBe(await recovered());
});

test("the spool is the one of the start until the next: what workers stored is delivered by those that take their places", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-workers-"));
  const sink = await startSink();
  sink.status = 503;
  const config = configOf(sink, `workers: 2\n  spool: { directory: ${folder}/a }`, "{}", "durable");
  const gateway = await startGatewayProcess(config);
  onTestFinished(async () => {
    gateway.child.kill("SIGKILL");
    await sink.close();
    rmSync(folder, { recursive: true });
  });
  for (let n = 0; n < 6; n++) expect(await send(gateway)).toBe(200);
  writeFileSync(join(folder, "b"), "no folder");
  gateway.configure(config.replace(`${folder}/a`, `${folder}/b`).replace("ack: durable", "ack: memory"));
  gateway.child.kill("SIGHUP");
  await gateway.says("service.spool: what changed there comes into force at the next start");
  await expect.poll(() => metric(gateway, IN_FORCE), { timeout: 30_000 }).toBe(2);
  const first = new Set(workersOf(gateway));
  await untilReplaced(gateway);
  await expect.poll(() => metric(gateway, IN_FORCE), { timeout: 30_000 }).toBe(2);
  for (const pid of workersOf(gateway)) if (first.has(pid)) process.kill(pid, "SIGKILL");
  await expect
    .poll(() => gateway.said().split("another one takes its place"), { timeout: 30_000 })
    .toHaveLength(3);
  await expect.poll(() => metric(gateway, IN_FORCE), { timeout: 30_000 }).toBe(2);
  expect(await metric(gateway, "scrim_config_revision")).toBe(2); // though neither of the first is there
  sink.status = 200;
  const arrived = () => sink.received.reduce((sum, { body }) => sum + countItems("logs", body), 0);
  await expect.poll(arrived, { timeout: 30_000 }).toBeGreaterThanOrEqual(6);
});

test("files that a configuration takes values from are watched by whoever takes a worker's place, too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-workers-"));
  const secret = join(folder, "secret");
  writeFileSync(secret, "one");
  const sink = await startSink();
  const config = configOf(sink, "workers: 2\n  reload: { watch: true, interval: 100ms }").replace(
    `endpoint: "${sink.url}"`,
    `endpoint: "${sink.url}/\${file:secret}"`,
  );
  const gateway = await startGatewayProcess(config, { env: { SCRIM_CONFIG_FILES: folder } });
  onTestFinished(async () => {
    gateway.child.kill("SIGKILL");
    await sink.close();
    rmSync(folder, { recursive: true });
  });
  const first = new Set(workersOf(gateway));
  for (const pid of first) {
    process.kill(pid, "SIGKILL");
    await expect
      .poll(() => workersOf(gateway).filter((one) => one !== pid), { timeout: 30_000 })
      .toHaveLength(2);
    await expect.poll(() => metric(gateway, IN_FORCE).catch(() => 0), { timeout: 30_000 }).toBe(2);
  }
  writeFileSync(secret, "two");
  await gateway.says("the new configuration is in force");
  await expect.poll(() => metric(gateway, IN_FORCE), { timeout: 30_000 }).toBe(2);
  (sink.received as unknown[]).length = 0;
  for (let n = 0; n < 6; n++) expect(await send(gateway)).toBe(200);
  expect(new Set(sink.received.map(({ path }) => path))).toEqual(new Set(["/two/v1/logs"]));
});

test("a gateway that is told to stop while a worker is being replaced ends", async () => {
  const { gateway } = await start();
  await untilReplaced(gateway);
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});

test("a worker that is being replaced when all read their configuration again goes by the new one", async () => {
  const { gateway, sink } = await start();
  await untilReplaced(gateway);
  await sleep(200); // it may have read the one before
  gateway.configure(configOf(sink, "workers: 2", "{ policy: { version: 1, body: drop } }"));
  gateway.child.kill("SIGHUP");
  await gateway.says("the new configuration is in force");
  await expect.poll(() => metric(gateway, IN_FORCE), { timeout: 30_000 }).toBe(2);
  (sink.received as unknown[]).length = 0;
  for (let n = 0; n < 8; n++) expect(await send(gateway)).toBe(200);
  expect(sink.received.filter(({ body }) => body.includes("ORDER-77"))).toEqual([]);
});

const MASKING = "version: 1\nbody: scan\n";
const DROPPING = "version: 1\nbody: drop\n";

/** One whose policy stands in a file of its own. */
async function startWithPolicyFile(service = "workers: 2") {
  const folder = mkdtempSync(join(tmpdir(), "scrim-workers-"));
  const file = join(folder, "policy.yaml");
  writeFileSync(file, MASKING);
  const sink = await startSink();
  // Ports of their own, which they have again where all end at once.
  const { http, metrics } = await freePorts();
  const config = configOf(sink, service, `{ file: ${file} }`)
    .replace('http: { endpoint: "127.0.0.1:0"', `http: { endpoint: "127.0.0.1:${http}"`)
    .replace('metrics: { address: "127.0.0.1:0"', `metrics: { address: "127.0.0.1:${metrics}"`);
  const gateway = await startGatewayProcess(config);
  onTestFinished(async () => {
    gateway.child.kill("SIGKILL");
    await sink.close();
    rmSync(folder, { recursive: true });
  });
  /** How bodies come out now, of both workers. */
  const bodies = async () => {
    (sink.received as unknown[]).length = 0;
    for (let n = 0; n < 8; n++) expect(await send(gateway)).toBe(200);
    return new Set(
      sink.received.map(({ body }) =>
        body.includes("ORDER-77") ? ("masked" as const) : ("dropped" as const),
      ),
    );
  };
  const allInForce = () => expect.poll(() => metric(gateway, IN_FORCE), { timeout: 30_000 }).toBe(2);
  return { gateway, bodies, allInForce, writePolicy: (text: string) => writeFileSync(file, text) };
}

test("whoever takes a worker's place goes by what is in force, whatever its files hold by then, and though all have ended", async () => {
  const { gateway, bodies, allInForce, writePolicy } = await startWithPolicyFile();
  const [hash, revision] = await Promise.all([
    metric(gateway, "scrim_config_hash"),
    metric(gateway, "scrim_config_revision"),
  ]);
  writePolicy(DROPPING); // not reloaded
  gateway.configure("receivers: [");
  await untilReplaced(gateway);
  await allInForce();
  expect(await bodies()).toEqual(new Set(["masked"]));
  gateway.child.kill("SIGHUP");
  await gateway.says("the configuration stays as it was");
  for (const pid of workersOf(gateway)) process.kill(pid, "SIGKILL");
  await expect
    .poll(() => gateway.said().split("another one takes its place").length - 1, { timeout: 30_000 })
    .toBe(3);
  await expect.poll(() => metric(gateway, IN_FORCE).catch(() => 0), { timeout: 30_000 }).toBe(2);
  expect(await bodies()).toEqual(new Set(["masked"]));
  expect(await metric(gateway, "scrim_config_hash")).toBe(hash);
  expect(await metric(gateway, "scrim_config_revision")).toBe(revision);
  // Whoever was told so has ended meanwhile.
  expect(await metric(gateway, RELOAD_FAILED)).toBe(1);
});

test("a refused configuration is said by one of them, and the next good one is taken by all", async () => {
  const { gateway, bodies, allInForce, writePolicy } = await startWithPolicyFile();
  writePolicy("version: 9\n");
  gateway.child.kill("SIGHUP");
  await gateway.says("the configuration stays as it was");
  expect(await metric(gateway, RELOAD_FAILED)).toBe(1);
  writePolicy(DROPPING);
  gateway.child.kill("SIGHUP");
  await gateway.says("the new configuration is in force");
  await allInForce();
  expect(await bodies()).toEqual(new Set(["dropped"]));
  expect(await metric(gateway, RELOAD_FAILED)).toBe(0);
  gateway.child.kill("SIGHUP");
  await gateway.says("the configuration is unchanged");
  expect(gateway.said().split("the configuration stays as it was")).toHaveLength(2);
  await allInForce();
});

test("watched files are put into force in all workers", async () => {
  const { gateway, bodies, allInForce, writePolicy } = await startWithPolicyFile(
    "workers: 2\n  reload: { watch: true, interval: 100ms }",
  );
  writePolicy(DROPPING);
  await gateway.says("the new configuration is in force");
  await allInForce();
  expect(await bodies()).toEqual(new Set(["dropped"]));
  writePolicy("version: 9\n");
  await gateway.says("the configuration stays as it was");
  await untilReplaced(gateway);
  await allInForce();
  expect(await bodies()).toEqual(new Set(["dropped"]));
  expect(await metric(gateway, RELOAD_FAILED)).toBe(1);
  writePolicy(MASKING);
  await expect.poll(bodies, { timeout: 30_000 }).toEqual(new Set(["masked"]));
});
