import { encodeRequest } from "@scrim/wire";
import { expect, test } from "vitest";
import { fakeClock } from "../../testing/fake-clock.ts";
import { createBatch } from "../batch.ts";
import type { ExportResult } from "../component.ts";
import { MetricRegistry } from "../telemetry/metric-registry.ts";
import { createDestination, type Destination } from "./destination.ts";

const BATCH = createBatch("logs", encodeRequest("logs", { resourceLogs: [] }), { address: undefined });
const clock = fakeClock();
const options = { metrics: new MetricRegistry(), log: { info: () => {}, warn: () => {} }, clock };

function destination(goesTo: string | undefined, answer: () => ExportResult, former?: Destination) {
  const exporter = { export: answer, ...(goesTo !== undefined && { goesTo }) };
  return createDestination("out", exporter, { ...options, former });
}

const busy = (): ExportResult => ({
  status: "failed",
  retryable: true,
  reason: "busy",
  retry_after_ms: 2_000,
});
const up = (): ExportResult => ({ status: "delivered", rejected: 0 });

test.each([
  ["the same place leaves it alone for as long as it asked", "http://a:4318", 2_000],
  ["another place asks that one", "http://b:4318", 0],
  ["a place without a name asks that one", undefined, 0],
])("what a reload puts in the place of an exporter and goes to %s", async (_, goesTo, pauseMs) => {
  const former = destination("http://a:4318", busy);
  const next = destination(goesTo, up, former);
  await former.attempt(BATCH, 10_000); // its answer comes when the other one is there already
  expect(next.pauseMs()).toBe(pauseMs);
  expect((await next.attempt(BATCH, 10_000)).status).toBe(pauseMs === 0 ? "delivered" : "failed");
  await clock.advance(2_000);
  expect((await next.attempt(BATCH, 10_000)).status).toBe("delivered");
});

test("places without names are none of the same", async () => {
  const former = destination(undefined, busy);
  await former.attempt(BATCH, 10_000);
  expect(destination(undefined, up, former).pauseMs()).toBe(0);
});
