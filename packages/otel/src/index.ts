export { type ApiLogsBridge, bridgeApiLogs } from "./bridge-api-logs.ts";
export { type CentralPolicy, type CentralPolicyOptions, followCentralPolicy } from "./central-policy.ts";
export { gateLoggers } from "./loggers/gate-loggers.ts";
export { type Capture, captureFromEnvironment } from "./node-sdk/capture-from-environment.ts";
export {
  type NodeSdkOptionsLike,
  type ScrimNodeSdkOptions,
  type ScrimOptions,
  type ViewLike,
  withScrim,
} from "./node-sdk/with-scrim.ts";
export type { PolicyOption, PolicySource } from "./policy-source.ts";
export {
  type AttributesProcessorLike,
  createRedactingAttributesProcessor,
} from "./redacting-attributes-processor.ts";
export {
  createRedactingDestination,
  type DestinationLike,
  type RedactingDestination,
  type RedactingDestinationOptions,
} from "./redacting-destination.ts";
export {
  createRedactingLogRecordExporter,
  createRedactingSpanExporter,
  type ExporterLike,
  type ExportResultLike,
  type RedactingExporter,
  type RedactingExporterOptions,
} from "./redacting-exporters.ts";
export { createRedactingFormat, type LogInfo, type RedactingFormat } from "./redacting-format.ts";
export {
  createRedactingLogRecordProcessor,
  type LogRecordProcessorEnabledOptions,
  type LogRecordProcessorLike,
  type RedactingLogRecordProcessorOptions,
} from "./redacting-log-record-processor.ts";
export { type CollectionLike, type MetricReaderLike, redactMetricReader } from "./redacting-metric-reader.ts";
export {
  createRedactingSpanProcessor,
  type RedactingSpanProcessorOptions,
  type SpanProcessorLike,
} from "./redacting-span-processor.ts";
export { createRedactingStringify } from "./redacting-stringify.ts";
export {
  BYPASS_METRIC,
  CENTRAL_POLICY_METRICS,
  ENGINE_METRIC,
  REDACTION_METRICS,
} from "./redaction-metrics.ts";
export type { RedactionOptions } from "./redaction-options.ts";
export type {
  DataPointLike,
  HrTime,
  LogRecordLike,
  MetricLike,
  ResourceLike,
  ResourceMetricsLike,
  ScopeLike,
  SpanContextLike,
  SpanEventLike,
  SpanLike,
  SpanLinkLike,
  SpanStatusLike,
  TraceStateLike,
} from "./sdk-types.ts";
export { approveTrace } from "./verbose/approve-trace.ts";
export {
  type ApprovedTraceSamplerOptions,
  createApprovedTraceSampler,
  type SamplerLike,
  type SamplingResultLike,
} from "./verbose/approved-trace-sampler.ts";
export type { ApprovedTracesOptions } from "./verbose/approved-traces.ts";
export { createErrorSpanProcessor, type ErrorSpanProcessorOptions } from "./verbose/error-span-processor.ts";
export {
  createFlightRecorderProcessor,
  type FlightRecorderProcessorOptions,
} from "./verbose/flight-recorder-processor.ts";
export type { LoggerGateOptions } from "./verbose/logger-gate.ts";
export {
  createTokenHooks,
  type GrpcCallLike,
  type GrpcMetadataLike,
  type TokenHooks,
  type TokenHooksOptions,
} from "./verbose/token-hooks.ts";
export { createTokenPropagator, type TokenPropagatorOptions } from "./verbose/token-propagator.ts";
export { TraceClients } from "./verbose/trace-clients.ts";
export {
  createVerboseCaptureProcessor,
  type VerboseCaptureProcessorOptions,
} from "./verbose/verbose-capture-processor.ts";
export { type WatchedPolicy, type WatchOptions, watchPolicy } from "./watched-policy.ts";
