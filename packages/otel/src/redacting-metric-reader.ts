import { withheldLabel } from "@scrim/redact";
import { LineRedactor } from "./line-redactor.ts";
import { MetricRedactor } from "./metric-redactor.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";
import type { ResourceOptions } from "./resource-redactor.ts";
import type { ResourceMetricsLike } from "./sdk-types.ts";

/** What is collected, as `MetricReader.collect` answers it. */
export interface CollectionLike {
  readonly resourceMetrics: ResourceMetricsLike;
  readonly errors: unknown[];
}

/** A metric reader of either major of the SDK: one that pushes to an exporter, or Prometheus' that is pulled from. */
export interface MetricReaderLike {
  collect(options?: never): Promise<CollectionLike>;
}

/**
 * Has a metric reader collect redacted metrics: resource, scopes, names, descriptions and attributes, whatever exports them. This is the
 * reader itself, whose `collect` is replaced. Series that become equal stay apart in the collection and are counted in
 * `scrim.redaction.merged_series`; a view with {@link createRedactingAttributesProcessor} merges them before.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { redactMetricReader } from "@scrim/otel";
 * const resourceMetrics = { resource: { attributes: { owner: "jane@shop.example" } }, scopeMetrics: [] };
 * const reader = redactMetricReader({ collect: async () => ({ resourceMetrics, errors: [] }) });
 * console.log((await reader.collect()).resourceMetrics.resource.attributes.owner); // [REDACTED:email]
 * ```
 */
export function redactMetricReader<Reader extends MetricReaderLike>(
  reader: Reader,
  options: RedactionOptions = {},
): Reader {
  return metricReader(setUpRedaction(options), reader);
}

/** The same of a set-up, and with what is told of resources there. */
export function metricReader<Reader extends MetricReaderLike>(
  setup: RedactionSetup,
  reader: Reader,
  resources: ResourceOptions = {},
): Reader {
  const redactor = new MetricRedactor(setup, resources);
  const lines = new LineRedactor(setup);
  const collect = reader.collect.bind(reader);
  const redacting = async (collection?: never): Promise<CollectionLike> => {
    const collected = await collect(collection);
    const { resourceMetrics } = collected;
    const errors = collected.errors.map((error) => redactedError(error, lines));
    try {
      return { resourceMetrics: redactor.redact(resourceMetrics), errors };
    } catch (error) {
      setup.telemetry.lost("metrics");
      reportFault("a collection of metrics was lost", error);
      return { resourceMetrics: { resource: { attributes: {} }, scopeMetrics: [] }, errors };
    }
  };
  return Object.defineProperty(reader, "collect", { value: redacting });
}

/** What an application's callback threw, as text: readers write it to the SDK's own log. */
function redactedError(error: unknown, lines: LineRedactor): string {
  try {
    return lines.redact(String(error instanceof Error ? error.stack : error), "message");
  } catch {
    return withheldLabel("error").toString();
  }
}
