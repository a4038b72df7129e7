export {
  type Batch,
  type ClientIdentity,
  type ClientInfo,
  createBatch,
  type Dropped,
  isDropped,
  isSifted,
  type Processed,
  type Sifted,
} from "./batch.ts";
export { type BatchView, type PlacedItem, viewOf } from "./batch-view.ts";
export {
  type Attempt,
  type Authentication,
  type Authenticator,
  type Component,
  type ComponentContext,
  type Consumer,
  type Credentials,
  type DeliverySettings,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  type Exporter,
  type ExporterDefinition,
  type ExportFailure,
  type ExportResult,
  type Extension,
  type ExtensionContext,
  type ExtensionDefinition,
  type Keeper,
  type LifeCycle,
  type PipelineOutline,
  type Processor,
  type ProcessorContext,
  type ProcessorDefinition,
  type Receiver,
  type ReceiverContext,
  type ReceiverDefinition,
  type Reloadable,
} from "./component.ts";
export { Config, checkConfig, parseConfig, type ServiceConfig } from "./config/config.ts";
export { duration } from "./config/duration.ts";
export type { Environment, Expansion } from "./config/expand-environment.ts";
export { checkSection, parseSection } from "./config/parse-section.ts";
export { readYaml, readYamlFile } from "./config/read-yaml.ts";
export { HIDDEN, showConfig } from "./config/shown-config.ts";
export { size } from "./config/size.ts";
export { RetryOnFailure } from "./delivery/retry.ts";
export { SendingQueue } from "./delivery/sending-queue.ts";
export { faultLog } from "./fault-log.ts";
export { ConfigFiles, type FileSource, filesAsRead } from "./files/config-files.ts";
export { type FileContent, type FileContents, readFileContent } from "./files/file-content.ts";
export { checkComponents, type ServiceContext } from "./graph/build-graph.ts";
export { type ComponentTable, componentTable } from "./graph/component-table.ts";
export {
  type AnyPlanned,
  checkGraph,
  type GraphPlan,
  type PlannedComponent,
  type PlannedPipeline,
  planGraph,
} from "./graph/plan-graph.ts";
export { POLICY_TYPE } from "./graph/safety.ts";
export { keptBytes } from "./kept-bytes.ts";
export type { AccessEntry, Log } from "./log.ts";
export type { Outcome } from "./outcome.ts";
export type { DeadLetters, DurableQueue, Outlet, Queue, QueuedBatch } from "./queue.ts";
export { buildService, type Endpoints, type Service } from "./service.ts";
export { BATCH_STEPS, type BatchStep, type BatchStepName, passStep } from "./telemetry/batch-steps.ts";
export { defineMetric, type MetricDefinition } from "./telemetry/metric-definition.ts";
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  MetricRegistry,
} from "./telemetry/metric-registry.ts";
export {
  expositionOf,
  type MetricSnapshot,
  mergeSnapshots,
  whatRemains,
} from "./telemetry/metric-snapshot.ts";
export * as pipelineMetrics from "./telemetry/pipeline-metrics.ts";
export { observeProcess } from "./telemetry/process-metrics.ts";
export {
  type EndedSpan,
  type SpanAttributes,
  type SpanNotes,
  type SpanPlace,
  type SpanSink,
  type SpanStart,
  Tracer,
} from "./telemetry/tracer.ts";
export { troubleLog } from "./trouble-log.ts";
