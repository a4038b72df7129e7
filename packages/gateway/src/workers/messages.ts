import type { FileContents, MetricSnapshot } from "@scrim/pipeline";
import type { ReloadOutcome } from "../reload/reloader.ts";
import type { SpoolConfig } from "../spool/spool-config.ts";
import type { Gateway } from "../start-gateway.ts";

/** What a gateway says of itself when it is ready; of several workers, each says the same. */
export type Served = Pick<Gateway, "endpoints" | "metricsUrl" | "spoolDirectory">;

/** What a worker process tells the one that started it. */
export type FromWorker =
  /** It has begun, and asks what it is to go by. */
  | { readonly type: "begin" }
  | ({ readonly type: "ready" } & Pick<Gateway, "files" | "spool"> & Served)
  /** What came of the reload that it was told to do, and what it goes by now. */
  | {
      readonly type: "reloaded";
      readonly status: ReloadOutcome["status"];
      readonly files: FileContents;
    }
  /** Files of its configuration have changed. */
  | { readonly type: "files-changed" }
  /** What it counts, each second and when it is asked. */
  | { readonly type: "metrics"; readonly snapshot: readonly MetricSnapshot[] }
  /** Asks what all workers count. */
  | { readonly type: "gather"; readonly question: number };

/** What a worker process is told. */
export type ToWorker =
  /** What it is to go by: files as another worker has read them, and the spool that it has opened; undefined for the first, which reads them. */
  | {
      readonly type: "begin";
      readonly files: FileContents | undefined;
      readonly spool: SpoolConfig | undefined;
    }
  /** Go by these files, or by what they hold by now. */
  | { readonly type: "reload"; readonly files: FileContents | undefined }
  /** Deliver what is on its way, and end. */
  | { readonly type: "shutdown" }
  /** Say what you count. */
  | { readonly type: "count" }
  | { readonly type: "gathered"; readonly question: number; readonly snapshot: readonly MetricSnapshot[] };
