import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { scrimHere } from "./scrim.ts";

/* The server of grants as a process of its own, and its clients as others. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-grant-processes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const store = () => at("grants.json");

async function grant(...args: string[]): Promise<string> {
  const run = await scrimHere(["grant", ...args]);
  expect(run.code, run.stderr).toBe(0);
  return run.stdout;
}

/** Enrols a service, and grants the next traces; returns the grant's id. */
async function setUp(traces: number): Promise<string> {
  await grant("keygen", "signing", "--out", at("signing"));
  await grant("keygen", "service", "--out", at("checkout"));
  const service = ["--service", "checkout", "--store", store()];
  await grant("enrol", ...service, "--environment", "production", "--key", at("checkout.pub"));
  const which = ["--where", "url.path == '/pay'", "--traces", String(traces)];
  const said = await grant("create", ...service, ...which, "--for", "15m", "--reason", "ticket 4711");
  return said.slice("grant ".length, "grant ".length + 16);
}

/** Starts the server; resolves when it is ready. */
async function serve(listen = "127.0.0.1:0"): Promise<{ url: string; process: ChildProcess }> {
  const args = ["grant", "serve", "--key", at("signing.key"), "--store", store(), "--listen", listen];
  const child = spawn(process.execPath, [join(ROOT, "packages/cli/src/main.ts"), ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (part: Buffer) => {
      said += part;
      if (said.includes("ready")) resolve();
    });
    child.on("exit", () => reject(new Error(said)));
  });
  return { url: /http:\/\/[\d.:]+/.exec(said)![0], process: child };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

interface Leased {
  readonly got: number;
  readonly failed: number;
}

/** A process that leases. */
async function leased(url: string, instance: string, id: string, requests: number): Promise<Leased> {
  const args = [`${url}/v1/grant-uses`, instance, id, String(requests)];
  const child = spawn(process.execPath, [join(import.meta.dirname, "lease-client.ts"), ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for await (const part of child.stdout) said += part;
  return JSON.parse(said) as Leased;
}

const sum = (runs: readonly Leased[]) => runs.reduce((total, { got }) => total + got, 0);
const INSTANCES = ["a", "b", "c", "d"];

async function listed(): Promise<{ leased: number; used: number }> {
  return JSON.parse(await grant("list", "--json", "--store", store()));
}

test("200 requests at once of four processes get no more traces than there are", async () => {
  const id = await setUp(37);
  const { url } = await serve();
  const runs = await Promise.all(INSTANCES.map((instance) => leased(url, instance, id, 50)));
  expect(runs.map(({ failed }) => failed)).toEqual([0, 0, 0, 0]);
  expect(sum(runs)).toBe(37);
  expect(await listed()).toMatchObject({ leased: 37, used: 0 });
});

test("neither does it when the server is killed and started again in between, nor when processes are", async () => {
  const id = await setUp(40);
  let server = await serve();
  const listen = server.url.slice("http://".length);
  const runs: Leased[] = [await leased(server.url, "a", id, 3)];
  for (let round = 0; round < 2; round++) {
    const asked = INSTANCES.map((instance) => leased(server.url, instance, id, 20));
    await new Promise((resolve) => setTimeout(resolve, 300 + 200 * round));
    await kill(server.process, "SIGKILL");
    server = await serve(listen);
    runs.push(...(await Promise.all(asked)));
  }
  runs.push(...(await Promise.all(INSTANCES.map((instance) => leased(server.url, instance, id, 50)))));
  expect(sum(runs)).toBeGreaterThan(0);
  expect(sum(runs)).toBeLessThanOrEqual(40);
  expect((await listed()).leased).toBe(40); // what was lost on the way is gone
}, 180_000);

test("a store whose writers are killed is whole, and the next writer goes on", async () => {
  await setUp(1);
  const args = [
    "--trace",
    "0af7651916cd43dd8448eb211c80319c",
    "--for",
    "15m",
    "--reason",
    "x",
    "--store",
    store(),
  ];
  const before = (await grant("list", "--json", "--store", store())).split("\n").length;
  const writer = `
    import { changeStore } from ${JSON.stringify(join(ROOT, "packages/cli/src/grants/grant-store.ts"))};
    for (;;) await changeStore(${JSON.stringify(store())}, 0, (store) => store);
  `;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", writer], { stdio: "ignore" });
    await new Promise((resolve) => setTimeout(resolve, 400 + 37 * round));
    expect(child.exitCode).toBe(null);
    await kill(child, "SIGKILL");
    await grant("create", "--service", "checkout", ...args);
  }
  expect((await grant("list", "--json", "--store", store())).split("\n").length).toBe(before + 5);
  // One that was killed as it took the lock may have left what it was to hold.
  const left = readdirSync(folder).filter((name) => /^grants\.json(?!\.lock\.\d+$)/.test(name));
  expect(left).toEqual(["grants.json"]);
});

test("it stops when it is told, and leaves no lock", async () => {
  await setUp(1);
  const { process: child } = await serve();
  await kill(child, "SIGTERM");
  expect(child.exitCode).toBe(0);
  expect(readdirSync(folder).filter((name) => name.endsWith(".lock"))).toEqual([]);
});
