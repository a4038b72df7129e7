import { RecordEngine } from "./record-engine.ts";
import type { RedactionSetup } from "./redaction-options.ts";
import type { RedactionTelemetry } from "./redaction-telemetry.ts";
import { reportFault } from "./report-fault.ts";
import { type ResourceOptions, ResourceRedactor } from "./resource-redactor.ts";
import type { DataPointLike, MetricLike, ResourceLike, ResourceMetricsLike } from "./sdk-types.ts";
import { addKeyValue, eachField, type Message, textOf } from "./value-reader.ts";
import type { ValueWriter } from "./value-writer.ts";

/** Fields of `Metric`, `Gauge` and `NumberDataPoint` (opentelemetry/proto/metrics/v1/metrics.proto). */
const NAME = 1;
const DESCRIPTION = 2;
const UNIT = 3;
const GAUGE = 5;
const DATA_POINTS = 1;
const POINT_ATTRIBUTES = 7;

/** Makes redacted copies of collected metrics. Values are numbers, so every kind is written as a gauge without any. */
export class MetricRedactor {
  readonly #engine: RecordEngine;
  readonly #resources: ResourceRedactor;
  readonly #telemetry: RedactionTelemetry;

  constructor(setup: RedactionSetup, resources: ResourceOptions) {
    this.#engine = new RecordEngine(setup);
    this.#resources = new ResourceRedactor("metrics", setup, resources);
    this.#telemetry = setup.telemetry;
  }

  /** Resource, scopes, and of metrics names, descriptions, units and attributes. A metric that can't be redacted is left out. */
  redact({ resource, scopeMetrics }: ResourceMetricsLike): ResourceMetricsLike {
    return {
      resource: this.#resources.resource(resource),
      scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
        scope: this.#resources.scope(scope, resource),
        metrics: metrics.flatMap((metric) => this.#metric(metric, resource)),
      })),
    };
  }

  #metric(metric: MetricLike, resource: ResourceLike): MetricLike[] {
    try {
      const changed = this.#engine.redact("metrics", resource, (writer) => write(metric, writer));
      return [changed === undefined ? metric : redacted(changed, metric)];
    } catch (error) {
      this.#telemetry.lost("metrics");
      reportFault("a metric was left out", error);
      return [];
    }
  }
}

function write({ descriptor, dataPoints }: MetricLike, writer: ValueWriter): void {
  writer.text(NAME, String(descriptor.name));
  writer.text(DESCRIPTION, String(descriptor.description));
  writer.text(UNIT, String(descriptor.unit));
  const gauge = writer.open(GAUGE);
  for (const { attributes } of dataPoints) {
    writer.beginPoint();
    const point = writer.open(DATA_POINTS);
    writer.attributes(POINT_ATTRIBUTES, attributes);
    writer.out.close(point);
  }
  writer.out.close(gauge);
}

/** Points are as many as they were, and in their order. */
function redacted(message: Message, metric: MetricLike): MetricLike {
  const texts = { name: "", description: "", unit: "" };
  const dataPoints: DataPointLike[] = [];
  eachField(message, (field, payload) => {
    if (field === NAME) texts.name = textOf(payload);
    else if (field === DESCRIPTION) texts.description = textOf(payload);
    else if (field === UNIT) texts.unit = textOf(payload);
    else if (field === GAUGE) {
      eachField(payload, (_, point) => {
        dataPoints.push(pointWith(attributesOf(point), metric.dataPoints[dataPoints.length]!));
      });
    }
  });
  return { ...metric, descriptor: { ...metric.descriptor, ...texts }, dataPoints };
}

function attributesOf(point: Message): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  eachField(point, (field, payload) => {
    if (field === POINT_ATTRIBUTES) addKeyValue(attributes, payload);
  });
  return attributes;
}

/** Only what is known of a point: an exemplar has attributes too. */
function pointWith(
  attributes: Record<string, unknown>,
  { startTime, endTime, value }: DataPointLike,
): DataPointLike {
  return { startTime, endTime, attributes, value };
}
