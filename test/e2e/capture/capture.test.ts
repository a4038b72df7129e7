import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Processes } from "../../../examples/checkout/processes.ts";
import {
  enrol,
  type Scrim,
  type Service,
  scrimIn,
  startGrants,
  startService,
} from "../../../examples/checkout/system.ts";
import { type LogSink, startLogSink } from "./captured.ts";

/*
 * A service with the SDK as applications have it (payment, of the example), its server of grants and the command line, each a process, against a backend.
 * Each request logs one DEBUG record and one INFO record.
 */

/** Processes start slowly on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let folder: string;
let processes: Processes;
let scrim: Scrim;
let grants: Service;
let sink: LogSink;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-e2e-capture-"));
  processes = new Processes(folder);
  scrim = scrimIn(folder);
  sink = await startLogSink();
  await enrol(scrim, folder, ["payment"]);
  grants = await startGrants(processes);
});
afterAll(async () => {
  await processes?.stop();
  await sink?.close();
  rmSync(folder, { recursive: true, force: true });
});

const startPayment = (env: Record<string, string> = {}) =>
  startService(processes, "payment", { grants: grants.url, otlp: sink.url, env });

let count = 0;
/** A trace id that no other test has. */
const newTraceId = () => (++count).toString(16).padStart(32, "c");

async function charge({ url }: Service, traceId?: string): Promise<void> {
  const headers: Record<string, string> =
    traceId === undefined ? {} : { traceparent: `00-${traceId}-b7ad6b7169203331-00` };
  const body = JSON.stringify({ card: "4111 1111 1111 1111", amount: 1 });
  await (await fetch(`${url}/charge`, { method: "POST", headers, body })).arrayBuffer();
}

/** Creates a grant; answers its id and its end, in seconds since 1970. */
async function grant(...args: string[]): Promise<{ id: string; until: number }> {
  const said = await scrim("grant", "create", "--service", "*", "--reason", "test", ...args);
  const [, id, until] = /grant (\w{16}): .* until (\S+)/.exec(said)!;
  return { id: id!, until: Date.parse(until!) / 1_000 };
}

/** Resolves once a check holds; rejects where it doesn't for too long. */
async function eventually(what: string, holds: () => boolean, everyMs = 50): Promise<void> {
  for (const until = Date.now() + 60_000; !holds(); await sleep(everyMs))
    if (Date.now() > until) throw new Error(`not in time: ${what}`);
}

/** Sends requests of one trace, one after the other, until it is told to stop. */
function traffic(service: Service, traceId: string): { stop(): Promise<void> } {
  let isOver = false;
  const running = (async () => {
    for (; !isOver; await sleep(20)) await charge(service, traceId);
  })();
  return {
    async stop() {
      isOver = true;
      await running;
    },
  };
}

const verboseOf = (traceId: string) => sink.verbose().filter((record) => record.traceId === traceId);
const infoOf = (traceId: string) =>
  sink.records().filter((record) => record.traceId === traceId && record.severity >= 9);

test("a trace is approved by its id, in each process that it passes, and no other is", async () => {
  const services = [await startPayment(), await startPayment()];
  const [approved, other] = [newTraceId(), newTraceId()];
  await grant("--trace", approved, "--for", "60s");
  await eventually(
    "the grant is in force",
    () => {
      for (const service of services) void charge(service, approved);
      return verboseOf(approved).length > 1;
    },
    300,
  );
  for (const service of services) await charge(service, other);
  await eventually("the last INFO has come", () => infoOf(other).length === 2);
  expect(verboseOf(other)).toEqual([]);
  expect(new Set(verboseOf(approved).map(({ body }) => body))).toEqual(
    new Set(["card [REDACTED:credit_card] is charged by acquirer-2"]),
  );
  for (const { program } of services) {
    expect(program.stdout()).toContain('"charged"');
    expect(program.stdout()).not.toContain("acquirer-2"); // the logger's own output keeps its level
    await program.stop();
  }
});

test("what happened before a late approval is released by the flight recorder, in order and as of then", async () => {
  const service = await startPayment({ SCRIM_FLIGHT_RECORDER: "true" });
  const [late, never] = [newTraceId(), newTraceId()];
  const before = Date.now();
  for (let i = 0; i < 3; i++) await charge(service, late);
  await charge(service, never);
  const after = Date.now();
  await eventually("INFO has come", () => infoOf(never).length === 1 && infoOf(late).length === 3);
  expect(verboseOf(late)).toEqual([]);
  await grant("--trace", late, "--for", "60s", "--lookback", "60s");
  await eventually("DEBUG has come", () => verboseOf(late).length === 3);
  const times = verboseOf(late).map(({ atMs }) => atMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.every((time) => time >= before - 1 && time <= after)).toBe(true);
  expect(verboseOf(never)).toEqual([]);
  await service.program.stop();
});

test("a grant that is revoked captures nothing a second later", { retry: 2 }, async () => {
  const service = await startPayment();
  const traceId = newTraceId();
  const { id } = await grant("--trace", traceId, "--for", "10m");
  const requests = traffic(service, traceId);
  await eventually("DEBUG comes", () => verboseOf(traceId).length > 5);
  await scrim("grant", "revoke", id);
  const revokedMs = Date.now();
  await sleep(3_000);
  await requests.stop();
  await service.program.stop();
  expect(verboseOf(traceId).at(-1)!.atMs).toBeLessThan(revokedMs + 1_000);
  expect(infoOf(traceId).at(-1)!.atMs).toBeGreaterThan(revokedMs + 1_000); // requests went on
});

test("a grant ends at its second", { retry: 2 }, async () => {
  const service = await startPayment();
  const traceId = newTraceId();
  const { until } = await grant("--trace", traceId, "--for", "6s");
  const requests = traffic(service, traceId);
  await sleep(until * 1_000 + 1_500 - Date.now());
  await requests.stop();
  await service.program.stop();
  const last = verboseOf(traceId).at(-1)!.atMs;
  expect(last).toBeLessThanOrEqual(until * 1_000);
  expect(last).toBeGreaterThan(until * 1_000 - 1_000);
  expect(infoOf(traceId).at(-1)!.atMs).toBeGreaterThan(until * 1_000);
});

test("no more traces than a grant's are captured, over four processes of which two restart", async () => {
  const TRACES = 40;
  const services = await Promise.all(Array.from({ length: 4 }, () => startPayment()));
  const { id } = await grant("--where", "url.path == '/charge'", "--traces", String(TRACES), "--for", "5m");
  const wave = (all: readonly Service[]) =>
    Promise.all(Array.from({ length: 200 }, (_, i) => charge(all[i % all.length]!)));
  const traces = () =>
    new Set(
      sink
        .verbose()
        .filter(({ atMs }) => atMs >= startMs)
        .map(({ traceId }) => traceId),
    );
  const startMs = Date.now();
  for (let i = 0; i < 3; i++) {
    await wave(services);
    await sleep(1_000);
  }
  expect(traces().size).toBeGreaterThan(0);
  await services[0]!.program.stop("SIGKILL"); // with its leases
  await services[1]!.program.stop(); // gives them back
  const all = [await startPayment(), await startPayment(), ...services.slice(2)];
  for (let i = 0; i < 8; i++) {
    await wave(all);
    await sleep(1_000);
  }
  await Promise.all(all.map(({ program }) => program.stop())); // with all they have still to send
  expect(traces().size).toBeLessThanOrEqual(TRACES);
  expect(traces().size).toBeGreaterThan(TRACES / 2);
  expect(await scrim("grant", "list")).toMatch(new RegExp(`${id} .* \\d+ of ${TRACES} `));
});
