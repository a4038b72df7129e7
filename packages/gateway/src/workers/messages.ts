import type { Endpoints, MetricSnapshot } from "@scrim/pipeline";

/** What a worker process tells the one that started it. */
export type FromWorker =
  | { readonly type: "ready"; readonly endpoints: Endpoints; readonly metricsUrl: string | undefined }
  /** What it counts, each second and when it is asked. */
  | { readonly type: "metrics"; readonly snapshot: readonly MetricSnapshot[] }
  /** Asks what all workers count. */
  | { readonly type: "gather"; readonly question: number };

/** What a worker process is told. */
export type ToWorker =
  | { readonly type: "reload" }
  /** Deliver what is on its way, and end. */
  | { readonly type: "shutdown" }
  /** Say what you count. */
  | { readonly type: "count" }
  | { readonly type: "gathered"; readonly question: number; readonly snapshot: readonly MetricSnapshot[] };
