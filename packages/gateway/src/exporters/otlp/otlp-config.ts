import { duration, RetryOnFailure, SendingQueue, size } from "@scrim/pipeline";
import { z } from "zod";
import { ClientTlsConfig } from "../../tls/client-tls-config.ts";
import {
  compressionKey,
  headersKey,
  idempotencyHeaderKey,
  maxResponseKey,
  timeoutKey,
} from "../sending/sending-config.ts";
import { TargetConfig } from "./target.ts";

export const OtlpConfig = z
  .strictObject({
    endpoint: TargetConfig.meta({
      description: "The server, as `host:port`, or with `http://` (no TLS) or `https://` before it.",
    }),
    tls: ClientTlsConfig.prefault({}).meta({ description: "Certificates are always verified." }),
    headers: headersKey,
    idempotency_header: idempotencyHeaderKey,
    compression: compressionKey,
    timeout: timeoutKey,
    keepalive: z
      .strictObject({
        time: duration({ min: "0s", max: "24h" }).prefault("0s").meta({
          description:
            "How often a connection is asked whether it lives. 0 asks only after a call had no answer.",
        }),
        timeout: duration({ min: "100ms", max: "10m" }).prefault("10s").meta({
          description: "A connection that does not answer that within this time is cut.",
        }),
        permit_without_stream: z.boolean().default(false).meta({
          description: "Asks also while no call is on its way. Many servers cut connections for that.",
        }),
      })
      .prefault({})
      .meta({ description: "How connections are found that broke without a word." }),
    max_request_body_size: size({ min: "1B", max: "1GiB" }).prefault("64MiB").meta({
      description:
        "Largest request, before compression. What is larger is not sent while a client waits; from a queue it is sent in parts.",
    }),
    max_response_body_size: maxResponseKey,
    retry_on_failure: RetryOnFailure.prefault({}).meta({ description: "When and how to try again." }),
    sending_queue: SendingQueue.prefault({}).meta({ description: "How what waits is sent." }),
  })
  .meta({ id: "OtlpConfig", description: "Sends OTLP over gRPC." });

export type OtlpConfig = z.output<typeof OtlpConfig>;
