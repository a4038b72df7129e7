import { memoryUsage, resourceUsage, uptime } from "node:process";
import { defineMetric } from "./metric-definition.ts";
import type { MetricRegistry } from "./metric-registry.ts";

const UPTIME = defineMetric({
  name: "otelcol_process_uptime",
  kind: "counter",
  unit: "s",
  description: "Time since the process started.",
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

export const PROCESS_METRICS = [UPTIME, CPU_SECONDS, MEMORY_RSS, HEAP_BYTES] as const;

const MICROSECONDS_PER_SECOND = 1e6;

/** Adds what the Collector says about its own process. Read at each scrape. */
export function observeProcess(metrics: MetricRegistry): void {
  metrics.observe(UPTIME, {}, uptime);
  metrics.observe(CPU_SECONDS, {}, () => {
    const { userCPUTime, systemCPUTime } = resourceUsage();
    return (userCPUTime + systemCPUTime) / MICROSECONDS_PER_SECOND;
  });
  metrics.observe(MEMORY_RSS, {}, () => memoryUsage.rss());
  metrics.observe(HEAP_BYTES, {}, () => memoryUsage().heapUsed);
}
