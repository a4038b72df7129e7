import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Processes } from "../../../examples/checkout/processes.ts";
import { enrol, scrimIn, startGrants, startService } from "../../../examples/checkout/system.ts";
import { startLogSink } from "./captured.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

/** How long a bundle holds (docs/grant-server.md). */
const BUNDLE_MS = 60_000;

test("without a server grants end with their bundle, and come back with it; what always leaves goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-e2e-outage-"));
  const processes = new Processes(folder);
  const sink = await startLogSink();
  onTestFinished(async () => {
    await processes.stop();
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const scrim = scrimIn(folder);
  await enrol(scrim, folder, ["payment"]);
  const server = await startGrants(processes);
  const grants = server.url;
  await scrim(..."grant create --service payment --for 1h --reason test --trace".split(" "), TRACE_ID);
  const payment = await startService(processes, "payment", { grants, otlp: sink.url });
  const requests = setInterval(() => {
    const headers = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` };
    const body = JSON.stringify({ card: "4111 1111 1111 1111", amount: 1 });
    fetch(`${payment.url}/charge`, { method: "POST", headers, body })
      .then((response) => response.arrayBuffer())
      .catch(() => {});
  }, 200);
  onTestFinished(() => clearInterval(requests));
  const verboseSince = (ms: number) => sink.verbose().filter(({ atMs }) => atMs >= ms).length;
  const allSince = (ms: number) => sink.records().filter(({ atMs }) => atMs >= ms).length;
  const until = async (what: string, holds: () => boolean) => {
    for (const end = Date.now() + 90_000; !holds(); await sleep(100))
      if (Date.now() > end) throw new Error(`not in time: ${what}`);
  };
  await until("DEBUG comes", () => verboseSince(0) > 0);

  await server.program.stop("SIGKILL");
  const downMs = Date.now();
  await sleep(BUNDLE_MS + 3_000);
  expect(verboseSince(downMs + BUNDLE_MS)).toBe(0);
  expect(verboseSince(downMs)).toBeGreaterThan(0); // for as long as the last bundle held
  expect(allSince(downMs + BUNDLE_MS)).toBeGreaterThan(0);

  const upMs = Date.now();
  await startGrants(processes, Number(new URL(grants).port));
  await until("DEBUG comes again", () => verboseSince(upMs) > 0);
  clearInterval(requests);
  await payment.program.stop();
}, 400_000);
