import type { MetricSnapshot } from "@scrim/pipeline";
import type { Gateway } from "../start-gateway.ts";

/** What a gateway says of itself when it is ready; of several workers, each says the same. */
export type Served = Pick<Gateway, "endpoints" | "metricsUrl" | "spoolDirectory">;

/** What a worker process tells the one that started it. */
export type FromWorker =
  | ({ readonly type: "ready" } & Served)
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
