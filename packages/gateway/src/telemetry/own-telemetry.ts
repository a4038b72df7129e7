import { randomUUID } from "node:crypto";
import type { AnyPlanned, GraphPlan, PlannedComponent, ServiceConfig } from "@scrim/pipeline";
import { VERSION } from "../version.ts";
import { otlpMetrics, type PushConfig } from "./otlp-metrics.ts";
import { type OwnTracesConfig, otlpTraces } from "./otlp-traces.ts";
import { prometheus } from "./prometheus.ts";

/** The key that the server of metrics is known by. */
export const METRICS_PATH = "service.telemetry.metrics";

/** Tells processes apart, also those that follow one another. */
const INSTANCE_ID = randomUUID();

/**
 * A plan whose extensions begin with what tells about the gateway itself. As components like all others they start first, end
 * last, and change with the configuration.
 */
export function withOwnTelemetry(plan: GraphPlan, { telemetry }: ServiceConfig): GraphPlan {
  const resource = {
    "service.name": "scrim-gateway",
    "service.version": VERSION,
    "service.instance.id": INSTANCE_ID,
    ...telemetry.resource,
  };
  const own = [...metricsOf(telemetry.metrics, resource), ...tracesOf(telemetry.traces, resource)];
  return { ...plan, extensions: [...own, ...plan.extensions] };
}

type Telemetry = ServiceConfig["telemetry"];
type Resource = Readonly<Record<string, string>>;

function metricsOf({ level, address, readers }: Telemetry["metrics"], resource: Resource) {
  if (level === "none") return [];
  const pushes = readers.map(({ periodic }, at) => {
    const config: PushConfig = { ...periodic, resource };
    return planned(otlpMetrics, `${METRICS_PATH}.readers.${at}.periodic.exporter.otlp`, config);
  });
  return [planned(prometheus, METRICS_PATH, { address }), ...pushes];
}

function tracesOf({ processors, sampler }: Telemetry["traces"], resource: Resource) {
  return processors.map(({ batch }, at) => {
    const config: OwnTracesConfig = { ...batch, ratio: sampler.trace_id_ratio_based.ratio, resource };
    return planned(otlpTraces, `service.telemetry.traces.processors.${at}.batch.exporter.otlp`, config);
  });
}

function planned(
  definition: { readonly type: string; readonly kind: "extension" },
  path: string,
  config: object,
): PlannedComponent<"extension"> {
  const component = { id: definition.type, path, definition, source: config, config };
  return component as AnyPlanned as PlannedComponent<"extension">;
}
