export {
  type ConfigCheck,
  type ConfigOptions,
  checkGatewayConfig,
  describeGatewayConfig,
} from "./check-config.ts";
export { COMPONENTS } from "./components.ts";
export { DEFAULT_CONFIG } from "./default-config.ts";
export {
  close,
  type Endpoint,
  formatEndpoint,
  isLoopback,
  ListenEndpoint,
  listen,
  parseEndpoint,
} from "./endpoint.ts";
export { decodeRejected } from "./otlp/export-response.ts";
export { type ProcessRole, takeProcessRole } from "./process-role.ts";
export type { ReloadOutcome } from "./reload/reloader.ts";
export { type OpenedSpool, type OpenSpoolOptions, openSpool, spoolDirectory } from "./spool/open-spool.ts";
export {
  type DamagedPlace,
  type HeldSpool,
  holdSpool,
  inspectSpool,
  type LogState,
  type RecordAtRest,
  recordsAtRest,
  recordsInQuarantine,
  spoolFolders,
  verifyLog,
} from "./spool/spool-at-rest.ts";
export { SpoolConfig } from "./spool/spool-config.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./start-gateway.ts";
export type { Served } from "./workers/messages.ts";
export { startWorkers, type Workers } from "./workers/primary.ts";
export { joinConfig, workerIndex, workTogether } from "./workers/worker.ts";
export { readWorkerCount } from "./workers/worker-count.ts";
