import type { ExportResult } from "../component.ts";
import type { ExportStep } from "../graph/pipeline-end.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import { noteResult, stepSpan } from "../telemetry/step-span.ts";
import { Tracer } from "../telemetry/tracer.ts";
import type { Clock } from "./clock.ts";
import type { Destination } from "./destination.ts";
import { exporterCounts } from "./exporter-counts.ts";
import { retry } from "./retry.ts";

/** The way to a destination while a client waits for the outcome (`ack: delivered`). */
export interface DirectDelivery {
  readonly exporter: string;
  /** Tries until the time is up. What is larger than the destination takes fails for good. */
  readonly send: ExportStep;
  /** Items on their way. */
  readonly items: number;
}

export function deliverNow(
  destination: Destination,
  metrics: MetricRegistry,
  clock: Clock,
  tracer = new Tracer(),
): DirectDelivery {
  const counts = exporterCounts(destination.id, metrics);
  let items = 0;
  return {
    exporter: destination.id,
    async send(batch) {
      const { retry_on_failure, request_bytes_max = Number.POSITIVE_INFINITY } = destination.settings;
      counts.enqueued(batch.items);
      items += batch.items;
      const result: ExportResult =
        batch.bytes.length > request_bytes_max
          ? destination.refuse("request_too_large")
          : await tracer.step(batch, stepSpan("exporter", destination.id, batch), async (traced, span) => {
              const end = await retry(
                retry_on_failure,
                (leftMs) => destination.attempt(traced, leftMs),
                clock,
              );
              noteResult(span, end);
              return end;
            });
      if (result.status === "delivered") counts.delivered(batch, result.rejected);
      else counts.returned(batch);
      items -= batch.items;
      return result;
    },
    get items() {
      return items;
    },
  };
}
