export {
  type Batch,
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
  type Component,
  type ComponentContext,
  type Consumer,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  type Exporter,
  type ExporterDefinition,
  type ExportFailure,
  type ExportResult,
  type Extension,
  type ExtensionDefinition,
  type Keeper,
  type LifeCycle,
  type Processor,
  type ProcessorContext,
  type ProcessorDefinition,
  type Receiver,
  type ReceiverContext,
  type ReceiverDefinition,
} from "./component.ts";
export { Config, parseConfig, type ServiceConfig } from "./config/config.ts";
export { duration } from "./config/duration.ts";
export type { Environment } from "./config/expand-environment.ts";
export { parseSection } from "./config/parse-section.ts";
export { readYaml } from "./config/read-yaml.ts";
export { size } from "./config/size.ts";
export { faultLog } from "./fault-log.ts";
export { type ComponentTable, componentTable } from "./graph/component-table.ts";
export {
  type GraphPlan,
  type PlannedComponent,
  type PlannedPipeline,
  planGraph,
} from "./graph/plan-graph.ts";
export { POLICY_TYPE } from "./graph/safety.ts";
export type { Log } from "./log.ts";
export type { Outcome } from "./outcome.ts";
export { type RetryClock, RetryOnFailure, retry } from "./retry.ts";
export { buildService, type Endpoints, type Service, type ServiceContext } from "./service.ts";
export { defineMetric, type MetricDefinition } from "./telemetry/metric-definition.ts";
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  MetricRegistry,
} from "./telemetry/metric-registry.ts";
export * as pipelineMetrics from "./telemetry/pipeline-metrics.ts";
export { observeProcess } from "./telemetry/process-metrics.ts";
