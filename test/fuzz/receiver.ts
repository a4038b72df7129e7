import { OperatingError } from "@scrim/errors";
import { type Batch, type Log, MetricRegistry, type Outcome } from "@scrim/pipeline";
import { SIGNALS } from "@scrim/wire";
import { Admission } from "../../packages/gateway/src/receivers/otlp/admission.ts";
import { OtlpReceiverConfig } from "../../packages/gateway/src/receivers/otlp/config/otlp-receiver-config.ts";
import { grpcProtocol } from "../../packages/gateway/src/receivers/otlp/grpc/grpc-protocol.ts";
import { GRPC_PATHS, HEALTH_PATH } from "../../packages/gateway/src/receivers/otlp/grpc/paths.ts";
import { httpProtocol } from "../../packages/gateway/src/receivers/otlp/http/http-protocol.ts";
import { Peers } from "../../packages/gateway/src/receivers/otlp/peers.ts";
import type {
  EndpointSettings,
  Operation,
} from "../../packages/gateway/src/receivers/otlp/receiver-settings.ts";
import { requestServer } from "../../packages/gateway/src/receivers/otlp/serve-request.ts";
import { must } from "./parser.ts";

export type Transport = "grpc" | "http";

const REQUEST_BYTES_MAX = 32 * 1024;

/** The receiver behind its ports, with limits that inputs can reach, and in place of pipelines an end that takes all and answers in turn. */
export function openReceiver() {
  let batch: Batch | undefined;
  let given = 0;
  /** What the request behind it all ends with differs from one to the next. */
  const outcomes: readonly Outcome[] = [
    { status: "delivered", rejected: 0, reason: "" },
    { status: "delivered", rejected: 2, reason: "a destination refused them" },
    { status: "failed", retryable: true, reason: "destination", retry_after_ms: 1_500 },
    { status: "failed", retryable: false, reason: "destination", retry_after_ms: 0 },
    { status: "failed", retryable: true, reason: "queue_full", retry_after_ms: 0 },
    { status: "invalid", error: new OperatingError("WIRE_MALFORMED", "field number 0", { path: "byte 7" }) },
  ];
  const consumer = async (taken: Batch) => {
    batch = taken;
    return outcomes[given++ % outcomes.length]!;
  };
  const log: Log = {
    info() {},
    warn(message) {
      must(false, `no request is a fault of ours: ${message}`);
    },
  };
  const config = OtlpReceiverConfig.parse({
    limits: {
      max_headers: 100,
      max_header_size: "8KiB",
      max_items: 100,
      max_attributes_per_item: 64,
      max_key_size: "1KiB",
      max_value_size: "8KiB",
    },
    protocols: { grpc: {}, http: { cors: { allowed_origins: ["https://app.example"] } } },
  });
  const endpoint = (operations: ReadonlyMap<string, Operation>): EndpointSettings => ({
    operations,
    request_bytes_max: REQUEST_BYTES_MAX,
    response_bytes_max: 1_024,
    read_timeout_ms: 60_000,
    authenticator: undefined,
    cors: config.protocols.http!.cors,
  });
  const exports = SIGNALS.map((signal) => ({ kind: "export", signal, consumer }) as const);
  const settings = {
    limits: config.limits,
    grpc: endpoint(
      new Map<string, Operation>([
        [HEALTH_PATH, { kind: "health" }],
        ...exports.map((one) => [GRPC_PATHS[one.signal], one] as const),
      ]),
    ),
    http: endpoint(new Map<string, Operation>(exports.map((one) => [`/v1/${one.signal}`, one]))),
  };
  const admission = new Admission(() => 1_024 * 1_024);
  const peers = new Peers();
  const options = {
    receiver: "otlp",
    current: { config, settings },
    admission,
    peers,
    isReady: () => true,
    metrics: new MetricRegistry(),
    log,
  };
  const servers = { grpc: requestServer(grpcProtocol, options), http: requestServer(httpProtocol, options) };

  return {
    ...options,
    servers,
    /** What came to the end of the pipeline since this was asked last. */
    taken(): Batch | undefined {
      const taken = batch;
      batch = undefined;
      return taken;
    },
  };
}
