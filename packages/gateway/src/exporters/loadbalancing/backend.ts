import type { Attempt, Batch, Exporter, ExportResult, MetricRegistry } from "@scrim/pipeline";
import { LOAD_BALANCER_BACKEND_IN, LOAD_BALANCER_OUTCOME } from "./load-balancing-metrics.ts";

/** How long a backend is left out that failed; doubled with each failure in a row. */
const OUT_MS_MIN = 1_000;
const OUT_MS_MAX = 30_000;

/** One of several destinations: taken out for a while when it fails, and back by itself. */
export interface Backend {
  readonly exporter: Exporter;
  /** Whether it is worth a try. */
  isIn(): boolean;
  /** Never throws but for a fault of the batch. */
  send(batch: Batch, attempt: Attempt): Promise<ExportResult>;
}

export function createBackend(
  exporter: Exporter,
  labels: { readonly exporter: string; readonly endpoint: string },
  metrics: MetricRegistry,
): Backend {
  let outUntil = Number.NEGATIVE_INFINITY;
  let failures = 0;
  const isIn = () => outUntil <= performance.now();
  const outcomes = {
    true: metrics.counter(LOAD_BALANCER_OUTCOME, { ...labels, success: "true" }),
    false: metrics.counter(LOAD_BALANCER_OUTCOME, { ...labels, success: "false" }),
  };
  metrics.observe(LOAD_BALANCER_BACKEND_IN, labels, () => (isIn() ? 1 : 0));

  function note(result: ExportResult): void {
    outcomes[result.status === "delivered" ? "true" : "false"].add(1);
    if (result.status === "delivered" || !result.retryable) {
      failures = 0; // a refusal is an answer: others would refuse the batch as well
      return;
    }
    const outMs = Math.min(OUT_MS_MIN * 2 ** failures++, OUT_MS_MAX);
    outUntil = performance.now() + Math.max(outMs, result.retry_after_ms ?? 0);
  }

  return {
    exporter,
    isIn,
    async send(batch, attempt) {
      const result = await exporter.export(batch, attempt);
      note(result);
      return result;
    },
  };
}
