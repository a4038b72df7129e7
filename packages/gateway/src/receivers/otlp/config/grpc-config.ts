import { duration } from "@scrim/pipeline";
import { z } from "zod";
import { ListenEndpoint } from "../../../endpoint.ts";
import { ServerTlsConfig } from "../../../tls/server-tls-config.ts";
import { AuthConfig } from "./auth-config.ts";
import { maxConcurrentStreams } from "./streams.ts";

/** https://github.com/grpc/grpc/blob/master/doc/keepalive.md, by the Collector's names. */
const ServerParameters = z.strictObject({
  max_connection_idle: duration({ min: "1s", max: "24h" }).prefault("10m").meta({
    description: "A connection without a request for so long is asked to go.",
  }),
  max_connection_age: duration({ min: "1s", max: "8760h" }).optional().meta({
    description:
      "A connection that is older, give or take a tenth, is asked to go, so that clients spread anew over gateways. No limit unless set.",
  }),
  max_connection_age_grace: duration({ min: "0s", max: "1h" }).prefault("30s").meta({
    description: "How long its requests may then still take, before it is cut.",
  }),
  time: duration({ min: "1s", max: "24h" }).prefault("2h").meta({
    description: "After so long without a sign from the client, it is asked for one.",
  }),
  timeout: duration({ min: "1s", max: "1h" }).prefault("20s").meta({
    description: "How long it may take over that sign, before the connection is cut.",
  }),
});

const Keepalive = z.strictObject({
  server_parameters: ServerParameters.prefault({}).meta({ description: "How long connections live." }),
});

/** https://opentelemetry.io/docs/specs/otlp/#otlpgrpc */
export const GrpcConfig = z.strictObject({
  endpoint: ListenEndpoint.prefault("127.0.0.1:4317").meta({ description: "Where to listen." }),
  transport: z.literal("tcp").default("tcp").meta({ description: "What to listen on: TCP." }),
  max_recv_msg_size_mib: z.int().min(1).max(1_024).default(64).meta({
    description:
      "Largest request in MiB, as sent and again when decompressed. More is answered RESOURCE_EXHAUSTED.",
  }),
  max_concurrent_streams: maxConcurrentStreams,
  read_timeout: duration({ min: "10ms", max: "1h" }).prefault("1m").meta({
    description:
      "Time a client has to send the message of a request, and for the handshakes before its first.",
  }),
  keepalive: Keepalive.prefault({}).meta({ description: "How long connections live." }),
  tls: ServerTlsConfig.optional().meta({ description: "Serves gRPC over TLS, and nothing else." }),
  auth: AuthConfig.optional().meta({
    description: "Asks clients who they are. The health service asks nobody.",
  }),
});

export type GrpcConfig = z.output<typeof GrpcConfig>;
