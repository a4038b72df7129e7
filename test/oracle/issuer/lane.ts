import type { Random } from "../random.ts";
import type { IssuedSignal } from "../records/items-of.ts";
import type { Journal } from "./journal.ts";

/** Who issues: the exporters of the OpenTelemetry SDK, or a client of our own that does what they never do. */
export type Client = "sdk/protobuf" | "sdk/json" | "sdk/grpc" | "raw";

interface LaneSettings {
  readonly name: string;
  readonly compression: "none" | "gzip";
  readonly records_per_request: number;
  /** Between two records, on average. */
  readonly pace_ms: number;
  /** Characters of harmless text in each record. */
  readonly padding: number;
  readonly timeout_ms: number;
}

/** One whose records an exporter of the SDK sends; it has none for profiles. */
export type SdkLane = LaneSettings & {
  readonly client: Exclude<Client, "raw">;
  readonly signal: Exclude<IssuedSignal, "profiles">;
};

/** One of our own client. */
export type RawLane = LaneSettings & { readonly client: "raw"; readonly signal: "logs" | "profiles" };

/** One source of records. */
export type LanePlan = SdkLane | RawLane;

export interface LaneContext {
  /** Ports of the gateway's receivers, as the lane reaches them. */
  readonly ports: { readonly http: number; readonly grpc: number };
  readonly journal: Journal;
  readonly random: Random;
  /** Aborts when enough was issued; the lane ends when it knows what became of it. */
  readonly stop: AbortSignal;
}
