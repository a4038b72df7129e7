import { monitorEventLoopDelay } from "node:perf_hooks";
import { memoryUsage, resourceUsage, uptime } from "node:process";
import { defineMetric } from "./metric-definition.ts";
import type { MetricRegistry } from "./metric-registry.ts";

const UPTIME = defineMetric({
  name: "otelcol_process_uptime",
  kind: "counter",
  unit: "s",
  description: "Time since the process started.",
  across: "largest",
  labels: [],
});

const CPU_SECONDS = defineMetric({
  name: "otelcol_process_cpu_seconds",
  kind: "counter",
  unit: "s",
  description: "CPU time of the process, user and system.",
  labels: [],
});

const MEMORY_RSS = defineMetric({
  name: "otelcol_process_memory_rss",
  kind: "gauge",
  unit: "By",
  description: "Physical memory the process holds.",
  labels: [],
});

const HEAP_BYTES = defineMetric({
  name: "otelcol_process_runtime_heap_alloc_bytes",
  kind: "gauge",
  unit: "By",
  description: "Bytes of JavaScript objects on the heap.",
  labels: [],
});

const EVENT_LOOP_DELAY = defineMetric({
  name: "scrim_process_event_loop_delay",
  kind: "gauge",
  across: "largest",
  unit: "s",
  description: "The longest that work which was due had to wait for other work, over the last ten seconds.",
  labels: [],
});

export const PROCESS_METRICS = [UPTIME, CPU_SECONDS, MEMORY_RSS, HEAP_BYTES, EVENT_LOOP_DELAY] as const;

const MICROSECONDS_PER_SECOND = 1e6;
const NANOSECONDS_PER_SECOND = 1e9;

const DELAY_WINDOW_MS = 10_000;
const DELAY_RESOLUTION_MS = 10;

/** Of the process, so there is one of it. */
let longestDelay: (() => number) | undefined;

/** The longest delay in seconds, of this window or the last. */
function followDelay(): () => number {
  const histogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  histogram.enable();
  // What is measured is the time between two looks, of which one resolution is the looking itself.
  const longest = () => Math.max(0, histogram.max / NANOSECONDS_PER_SECOND - DELAY_RESOLUTION_MS / 1_000);
  let before = 0;
  setInterval(() => {
    before = longest();
    histogram.reset();
  }, DELAY_WINDOW_MS).unref();
  return () => Math.max(before, longest());
}

/** Adds what the Collector says about its own process. Read at each scrape. */
export function observeProcess(metrics: MetricRegistry): void {
  metrics.observe(UPTIME, {}, uptime);
  metrics.observe(CPU_SECONDS, {}, () => {
    const { userCPUTime, systemCPUTime } = resourceUsage();
    return (userCPUTime + systemCPUTime) / MICROSECONDS_PER_SECOND;
  });
  metrics.observe(MEMORY_RSS, {}, () => memoryUsage.rss());
  longestDelay ??= followDelay();
  metrics.observe(EVENT_LOOP_DELAY, {}, longestDelay);
  metrics.observe(HEAP_BYTES, {}, () => memoryUsage().heapUsed);
}
