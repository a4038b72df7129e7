import { type Counter, defineMetric, type MetricRegistry } from "@scrim/pipeline";
import type { ItemSignal } from "../items/item-sieve.ts";

const LABELS = ["processor", "policy", "sampled"] as const;

export const SAMPLER_SPANS = defineMetric({
  name: "otelcol_processor_probabilistic_sampler_count_traces_sampled",
  kind: "counter",
  unit: "{spans}",
  description: "Spans, by what decided about them and whether they were kept.",
  labels: LABELS,
});

export const SAMPLER_LOGS = defineMetric({
  name: "otelcol_processor_probabilistic_sampler_count_logs_sampled",
  kind: "counter",
  unit: "{records}",
  description: "Log records, by what decided about them and whether they were kept.",
  labels: LABELS,
});

/** What decided: a grant, or the randomness that was used. */
export type SamplingPolicy =
  | "grant"
  | "trace_id_hash"
  | "trace_id_w3c"
  | "sampling_randomness"
  | "attribute"
  | "missing_randomness"
  | "fault";

/** Counts one decision. */
export function samplerCounts(
  processor: string,
  signal: ItemSignal,
  metrics: MetricRegistry,
): (policy: SamplingPolicy, isKept: boolean) => void {
  const metric = signal === "logs" ? SAMPLER_LOGS : SAMPLER_SPANS;
  const counters = new Map<string, Counter>();
  return (policy, isKept) => {
    const key = `${policy} ${isKept}`;
    let counter = counters.get(key);
    if (counter === undefined) {
      counter = metrics.counter(metric, { processor, policy, sampled: String(isKept) });
      counters.set(key, counter);
    }
    counter.add(1);
  };
}
