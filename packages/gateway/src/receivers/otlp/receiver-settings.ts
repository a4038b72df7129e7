import { OperatingError } from "@scrim/errors";
import type { Authenticator, Consumer, ReceiverContext } from "@scrim/pipeline";
import { SIGNALS, type Signal } from "@scrim/wire";
import type { GrpcConfig } from "./config/grpc-config.ts";
import type { CorsConfig, HttpConfig } from "./config/http-config.ts";
import type { LimitsConfig } from "./config/limits-config.ts";
import type { OtlpReceiverConfig } from "./config/otlp-receiver-config.ts";
import { GRPC_PATHS, HEALTH_PATH } from "./grpc/paths.ts";

/** What a request can ask for. */
export type Operation =
  | { readonly kind: "export"; readonly signal: Signal; readonly consumer: Consumer }
  /** grpc.health.v1.Health/Check */
  | { readonly kind: "health" }
  /** A signal that no pipeline takes. */
  | { readonly kind: "unread" };

/** What one protocol serves, and within which bounds. */
export interface EndpointSettings {
  /** By path. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** A request, as sent and again when decompressed. */
  readonly request_bytes_max: number;
  readonly response_bytes_max: number;
  /** How long a client may take over the body of its request. */
  readonly read_timeout_ms: number;
  /** Undefined where nobody is asked who they are. */
  readonly authenticator: Authenticator | undefined;
  /** Undefined where pages in browsers may not send. */
  readonly cors: CorsConfig | undefined;
}

/** All that requests are judged by. Never changed: another takes its place, and requests that have begun keep theirs. */
export interface Settings {
  readonly http: EndpointSettings | undefined;
  readonly grpc: EndpointSettings | undefined;
  readonly limits: LimitsConfig;
}

/** What is in force, for whoever asks request by request, or connection by connection. */
export interface CurrentSettings {
  settings: Settings;
  config: OtlpReceiverConfig;
}

const BYTES_PER_MIB = 1024 * 1024;

/** Messages of gRPC can be answered with nothing but a partial success, which is small. */
const GRPC_RESPONSE_BYTES_MAX = 4 * BYTES_PER_MIB;

/** @throws {OperatingError} `CONFIG_INVALID` */
export function createSettings(config: OtlpReceiverConfig, context: ReceiverContext): Settings {
  const { http, grpc } = config.protocols;
  return {
    http: http && httpSettings(http, context),
    grpc: grpc && grpcSettings(grpc, context),
    limits: config.limits,
  };
}

function httpSettings(http: HttpConfig, context: ReceiverContext): EndpointSettings {
  return {
    operations: httpOperations(http, context),
    request_bytes_max: http.max_request_body_size,
    response_bytes_max: http.max_response_body_size,
    read_timeout_ms: http.read_timeout,
    authenticator: authenticatorOf(http, "http", context),
    cors: http.cors,
  };
}

function grpcSettings(grpc: GrpcConfig, context: ReceiverContext): EndpointSettings {
  const operations = new Map<string, Operation>([[HEALTH_PATH, { kind: "health" }]]);
  for (const signal of SIGNALS) operations.set(GRPC_PATHS[signal], exportOf(signal, context));
  return {
    operations,
    request_bytes_max: grpc.max_recv_msg_size_mib * BYTES_PER_MIB,
    response_bytes_max: GRPC_RESPONSE_BYTES_MAX,
    read_timeout_ms: grpc.read_timeout,
    authenticator: authenticatorOf(grpc, "grpc", context),
    cors: undefined,
  };
}

function httpOperations(http: HttpConfig, context: ReceiverContext): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const signal of SIGNALS) {
    const key = `${signal}_url_path` as const;
    if (operations.has(http[key]))
      throw new OperatingError("CONFIG_INVALID", "two signals can't share a path", {
        path: `${context.path}.protocols.http.${key}`,
      });
    operations.set(http[key], exportOf(signal, context));
  }
  return operations;
}

function exportOf(signal: Signal, { consumerOf }: ReceiverContext): Operation {
  const consumer = consumerOf(signal);
  return consumer === undefined ? { kind: "unread" } : { kind: "export", signal, consumer };
}

function authenticatorOf(
  { auth }: HttpConfig | GrpcConfig,
  protocol: "http" | "grpc",
  context: ReceiverContext,
): Authenticator | undefined {
  if (auth === undefined) return undefined;
  return context.authenticator(
    auth.authenticator,
    `${context.path}.protocols.${protocol}.auth.authenticator`,
  );
}
