import { SIGNALS, type Signal } from "@scrim/wire";
import type { Batch } from "../batch.ts";
import type { Counter, MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  EXPORTER_DEAD_LETTERED_ITEMS,
  EXPORTER_DROPPED_ITEMS,
  EXPORTER_ENQUEUED_ITEMS,
  EXPORTER_REJECTED_ITEMS,
  EXPORTER_RETURNED_ITEMS,
  EXPORTER_SEND_FAILED,
  EXPORTER_SENT,
} from "../telemetry/pipeline-metrics.ts";

type Counted = Pick<Batch, "signal" | "items">;

/** Where the items of one exporter begin and end. Each is counted at one beginning and at one end. */
export interface ExporterCounts {
  enqueued(items: number): void;
  /** The destination has them, but for those it rejected. */
  delivered(batch: Counted, rejected: number): void;
  /** They won't be sent: their client was told so. */
  returned(batch: Counted): void;
  deadLettered(batch: Counted, reason: string): void;
  dropped(batch: Counted, reason: string): void;
}

export function exporterCounts(exporter: string, metrics: MetricRegistry): ExporterCounts {
  const sent = eachSignal((signal) => metrics.counter(EXPORTER_SENT[signal], { exporter }));
  const failed = eachSignal((signal) => metrics.counter(EXPORTER_SEND_FAILED[signal], { exporter }));
  const enqueued = metrics.counter(EXPORTER_ENQUEUED_ITEMS, { exporter });
  const rejectedItems = metrics.counter(EXPORTER_REJECTED_ITEMS, { exporter });
  const returned = metrics.counter(EXPORTER_RETURNED_ITEMS, { exporter });
  return {
    enqueued: (items) => enqueued.add(items),
    delivered({ signal, items }, rejected) {
      sent[signal].add(items - rejected);
      rejectedItems.add(rejected);
    },
    returned({ signal, items }) {
      failed[signal].add(items);
      returned.add(items);
    },
    deadLettered({ signal, items }, reason) {
      failed[signal].add(items);
      metrics.counter(EXPORTER_DEAD_LETTERED_ITEMS, { exporter, reason }).add(items);
    },
    dropped({ signal, items }, reason) {
      failed[signal].add(items);
      metrics.counter(EXPORTER_DROPPED_ITEMS, { exporter, reason }).add(items);
    },
  };
}

function eachSignal(make: (signal: Signal) => Counter): Readonly<Record<Signal, Counter>> {
  return Object.fromEntries(SIGNALS.map((signal) => [signal, make(signal)])) as Record<Signal, Counter>;
}
