import { duration, size } from "@scrim/pipeline";
import { z } from "zod";
import { ListenEndpoint } from "../../endpoint.ts";

const urlPath = (fallback: string) =>
  z
    .string()
    .regex(/^\/[A-Za-z0-9/_.~-]*$/, "expected a path that begins with /")
    .default(fallback);

const HttpConfig = z.strictObject({
  endpoint: ListenEndpoint.prefault("127.0.0.1:4318").meta({
    description: "Where to listen.",
  }),
  logs_url_path: urlPath("/v1/logs").meta({ description: "Path of log requests." }),
  traces_url_path: urlPath("/v1/traces").meta({ description: "Path of trace requests." }),
  metrics_url_path: urlPath("/v1/metrics").meta({ description: "Path of metric requests." }),
  profiles_url_path: urlPath("/v1development/profiles").meta({ description: "Path of profile requests." }),
  max_request_body_size: size({ min: "1B", max: "1GiB" }).prefault("64MiB").meta({
    description: "Largest request, as sent and again when decompressed. More is answered 413.",
  }),
  max_response_body_size: size({ min: "1B", max: "4MiB" }).prefault("4MiB").meta({
    description: "Largest response, before any compression.",
  }),
  max_in_flight_size: size({ min: "64KiB", max: "64GiB" }).prefault("256MiB").meta({
    description: "Memory for all requests that have no answer yet. More is answered 503.",
  }),
  read_header_timeout: duration({ min: "10ms", max: "10m" }).prefault("10s").meta({
    description: "Time a client has to send the headers of a request.",
  }),
  read_timeout: duration({ min: "10ms", max: "1h" }).prefault("1m").meta({
    description: "Time a client has to send a whole request.",
  }),
  idle_timeout: duration({ min: "10ms", max: "1h" }).prefault("1m").meta({
    description: "How long a connection may wait for its next request.",
  }),
});

/** Someone who configures gRPC should hear at the start that nobody would answer there. */
const grpcUnserved = z.unknown().superRefine((_, context) => {
  context.addIssue({
    code: "custom",
    message: "OTLP over gRPC is not served, only over HTTP",
    params: {
      hint: "remove this key, and let clients send to http://127.0.0.1:4318 (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf)",
    },
  });
});

export const OtlpReceiverConfig = z
  .strictObject({
    protocols: z
      .strictObject({
        http: HttpConfig.prefault({}).meta({ description: "OTLP over HTTP." }),
        grpc: grpcUnserved.optional().meta({ description: "Not served; refused with a hint." }),
      })
      .prefault({})
      .meta({ description: "What is served, by protocol." }),
  })
  .meta({ id: "OtlpReceiverConfig", description: "Takes in OTLP over HTTP, as protobuf or JSON." });

export type HttpConfig = z.output<typeof HttpConfig>;
