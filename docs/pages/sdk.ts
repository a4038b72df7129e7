import { BYPASS_METRIC, CENTRAL_POLICY_METRICS, ENGINE_METRIC, REDACTION_METRICS } from "@scrim/otel";
import { code, GENERATED, table } from "./markdown.ts";

export function sdkPage(): string {
  const metrics = [
    ...Object.values(REDACTION_METRICS),
    ...Object.values(CENTRAL_POLICY_METRICS),
    ENGINE_METRIC,
    BYPASS_METRIC,
  ];
  const rows = metrics.map(({ name, kind, unit, attributes, description }) => [
    code(name),
    kind,
    code(unit),
    attributes.map(code).join(", "),
    description,
  ]);
  return `${[
    GENERATED,
    "# Metrics of @scrim/otel",
    "Through the application's own `MeterProvider`: the global one, or the one that plug-ins are given. All instruments are asynchronous.",
    table(["metric", "kind", "unit", "attributes", "meaning"], rows),
  ].join("\n\n")}\n`;
}
