import { type Attempt, type Batch, defineExporter, type ExportResult } from "@scrim/pipeline";
import type { Signal } from "@scrim/wire";
import { compress } from "../../codec/content-encoding.ts";
import { followClientCredentials } from "../../tls/client-credentials.ts";
import { idempotencyHeader } from "../sending/idempotency-header.ts";
import { judgeConnection } from "../sending/judge-connection.ts";
import { DELIVERED } from "../sending/judge-success.ts";
import { USER_AGENT } from "../sending/user-agent.ts";
import { Channel } from "./channel.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { OtlpConfig } from "./otlp-config.ts";
import { authorityOf } from "./target.ts";
import type { UnaryRequest } from "./unary-call.ts";

const METHODS: Readonly<Record<Signal, string>> = {
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
  profiles: "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
};

/** OTLP over gRPC, to any backend or Collector. */
export const otlpExporter = defineExporter({
  type: "otlp_grpc",
  aliases: ["otlp"],
  description: "Sends OTLP over gRPC.",
  configSchema: OtlpConfig,
  create(config, context) {
    const isSecure = config.endpoint.isSecure ?? !config.tls.insecure;
    const credentials = isSecure ? followClientCredentials(config.tls, context) : undefined;
    const channel = new Channel({
      target: config.endpoint,
      credentials: () => credentials?.current,
      keepalive: {
        timeMs: config.keepalive.time,
        timeoutMs: config.keepalive.timeout,
        isWithoutStreams: config.keepalive.permit_without_stream,
      },
    });
    const isCompressed = config.compression !== "none";
    const headers = headersOf(config);

    async function request({ signal, bytes }: Batch, attempt: Attempt): Promise<UnaryRequest> {
      return {
        path: METHODS[signal],
        headers: { ...headers, ...idempotencyHeader(config.idempotency_header, attempt) },
        message: await compress(config.compression, bytes),
        isCompressed,
        timeoutMs: Math.min(config.timeout, attempt.time_left_ms),
        responseBytesMax: config.max_response_body_size,
      };
    }

    return {
      delivery: {
        retry_on_failure: config.retry_on_failure,
        sending_queue: config.sending_queue,
        request_bytes_max: config.max_request_body_size,
      },
      goesTo: authorityOf(config.endpoint),
      async export(batch, attempt): Promise<ExportResult> {
        if (batch.items === 0) return DELIVERED; // envelopes without items aren't worth a request
        try {
          return judgeAnswer(await channel.call(await request(batch, attempt), attempt.signal));
        } catch (error) {
          return judgeConnection(error);
        }
      },
      shutdown: () => channel.close(),
    };
  },
});

function headersOf(config: OtlpConfig): Readonly<Record<string, string>> {
  const own = Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    "user-agent": USER_AGENT,
    ...Object.fromEntries(own),
    ...(config.compression === "none" ? {} : { "grpc-encoding": config.compression }),
  };
}
