import type { MessageType } from "./message-type.ts";
import { EXPORT_LOGS_REQUEST } from "./otlp/logs.ts";
import { EXPORT_METRICS_REQUEST } from "./otlp/metrics.ts";
import { EXPORT_PROFILES_REQUEST } from "./otlp/profiles.ts";
import { EXPORT_TRACE_REQUEST } from "./otlp/trace.ts";

/** The four OTLP signals. */
export type Signal = "logs" | "traces" | "metrics" | "profiles";

export const SIGNALS: readonly Signal[] = ["logs", "traces", "metrics", "profiles"];

/** The export request of each signal: what an OTLP body holds. */
export const REQUEST_TYPES: Readonly<Record<Signal, MessageType>> = {
  logs: EXPORT_LOGS_REQUEST,
  traces: EXPORT_TRACE_REQUEST,
  metrics: EXPORT_METRICS_REQUEST,
  profiles: EXPORT_PROFILES_REQUEST,
};
