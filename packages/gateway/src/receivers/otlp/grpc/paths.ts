import type { Signal } from "@scrim/wire";

const COLLECTOR = "/opentelemetry.proto.collector";

/** Methods of OTLP over gRPC. */
export const GRPC_PATHS: Readonly<Record<Signal, string>> = {
  logs: `${COLLECTOR}.logs.v1.LogsService/Export`,
  traces: `${COLLECTOR}.trace.v1.TraceService/Export`,
  metrics: `${COLLECTOR}.metrics.v1.MetricsService/Export`,
  profiles: `${COLLECTOR}.profiles.v1development.ProfilesService/Export`,
};

/** https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const HEALTH_PATH = "/grpc.health.v1.Health/Check";
