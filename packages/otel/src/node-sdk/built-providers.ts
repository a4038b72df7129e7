import { OperatingError } from "@scrim/errors";
import type { LogRecordProcessorLike } from "../redacting-log-record-processor.ts";
import type { MetricReaderLike } from "../redacting-metric-reader.ts";
import type { SpanProcessorLike } from "../redacting-span-processor.ts";
import type { RedactionSetup } from "../redaction-options.ts";
import type { ProviderKind } from "./global-providers.ts";
import { redactLogs, redactMetrics, redactSpans } from "./with-scrim.ts";

/**
 * Makes a provider redact that the SDK has built of a configuration file, where it takes no processors from outside. The SDK has no
 * way in for that (open-telemetry/opentelemetry-js#5825), so its processors are looked up where both majors keep them. Where they
 * aren't there, nothing may leave.
 *
 * @throws {OperatingError} `SDK_UNKNOWN` where the provider is built otherwise
 */
export function redactBuiltProvider(kind: ProviderKind, provider: object, setup: RedactionSetup): void {
  switch (kind) {
    case "logs": {
      const processors = arrayAt(provider, "_sharedState", "activeProcessor", "processors");
      replaceAll(
        processors,
        redactLogs(checked<LogRecordProcessorLike>(processors, "onEmit"), setup, undefined),
      );
      return;
    }
    case "trace": {
      const processors = arrayAt(provider, "_activeSpanProcessor", "_spanProcessors");
      replaceAll(processors, redactSpans(checked<SpanProcessorLike>(processors, "onEnd"), setup));
      return;
    }
    case "metrics": {
      const collectors = arrayAt(provider, "_sharedState", "metricCollectors");
      const readers = collectors.map((collector) => memberOf(collector, "_metricReader"));
      redactMetrics(checked<MetricReaderLike>(readers, "collect"), setup);
      return;
    }
  }
}

function memberOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | undefined)?.[name];
}

function arrayAt(provider: object, ...path: readonly string[]): unknown[] {
  const found = path.reduce<unknown>(memberOf, provider);
  if (!Array.isArray(found)) throw unknownSdk(path.join("."));
  return found;
}

function checked<Part>(parts: readonly unknown[], method: string): readonly Part[] {
  if (!parts.every((part) => typeof memberOf(part, method) === "function")) throw unknownSdk(method);
  return parts as readonly Part[];
}

/** In place, since the provider keeps the array. */
function replaceAll(parts: unknown[], by: readonly unknown[]): void {
  parts.splice(0, parts.length, ...by);
}

function unknownSdk(path: string): OperatingError {
  return new OperatingError("SDK_UNKNOWN", "a provider of the OpenTelemetry SDK is built in an unknown way", {
    path,
    hint: "unset OTEL_CONFIG_FILE and use OTEL_* variables, or use a version of the SDK that is tested (docs of @scrim/otel)",
  });
}
