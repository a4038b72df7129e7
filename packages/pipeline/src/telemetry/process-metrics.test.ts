import { expect, test } from "vitest";
import { MetricRegistry } from "./metric-registry.ts";
import { observeProcess, PROCESS_METRICS } from "./process-metrics.ts";

test("a process tells its age, its use of processor and memory, and how long work had to wait", async () => {
  const metrics = new MetricRegistry();
  observeProcess(metrics);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const end = performance.now() + 300;
  while (performance.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const metric of PROCESS_METRICS) expect(metrics.value(metric, {})).toBeGreaterThan(0);
  const delay = PROCESS_METRICS.find(({ name }) => name === "scrim_process_event_loop_delay")!;
  expect(metrics.value(delay, {})).toBeGreaterThan(0.2);
});
