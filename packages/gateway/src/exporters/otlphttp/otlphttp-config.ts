import { RetryOnFailure, SendingQueue, size } from "@scrim/pipeline";
import { z } from "zod";
import { ClientTlsConfig } from "../../tls/client-tls-config.ts";
import { isRefusedAddress } from "../sending/refused-address.ts";
import {
  compressionKey,
  headersKey,
  idempotencyHeaderKey,
  maxResponseKey,
  timeoutKey,
} from "../sending/sending-config.ts";

const HttpUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const problem = findUrlProblem(url);
  if (url !== null && problem === undefined) return url;
  context.addIssue({ code: "custom", ...problem });
  return z.NEVER;
});

function findUrlProblem(url: URL | null): { message: string; params?: { hint: string } } | undefined {
  if (url === null || !["http:", "https:"].includes(url.protocol))
    return {
      message: "expected an http or https URL",
      params: { hint: 'write it like "https://otlp.example.com:4318"' },
    };
  if (url.username !== "" || url.password !== "")
    return {
      message: "a URL must not carry a password",
      params: { hint: `put it into headers, as authorization: "Basic \${env:NAME}"` },
    };
  if (isRefusedAddress(url.hostname.replace(/^\[|\]$/g, "")))
    return { message: "nothing is sent to link-local addresses" };
  return undefined;
}

const signalEndpoint = (signal: string) =>
  HttpUrl.optional().meta({ description: `Full URL for ${signal}, used as it is.` });

export const OtlpHttpConfig = z
  .strictObject({
    endpoint: HttpUrl.optional().meta({
      description: "Base URL of the destination; `/v1/logs` and so on are put behind it.",
    }),
    logs_endpoint: signalEndpoint("logs"),
    traces_endpoint: signalEndpoint("traces"),
    metrics_endpoint: signalEndpoint("metrics"),
    profiles_endpoint: signalEndpoint("profiles"),
    headers: headersKey,
    idempotency_header: idempotencyHeaderKey,
    compression: compressionKey,
    timeout: timeoutKey,
    max_request_body_size: size({ min: "1B", max: "1GiB" }).prefault("64MiB").meta({
      description:
        "Largest request, before compression. What is larger is not sent while a client waits; from a queue it is sent in parts.",
    }),
    max_response_body_size: maxResponseKey,
    max_conns_per_host: z.int().min(1).max(10_000).default(100).meta({
      description: "Connections that are open at once. Further requests wait for one.",
    }),
    tls: ClientTlsConfig.prefault({}).meta({ description: "For https. Certificates are always verified." }),
    retry_on_failure: RetryOnFailure.prefault({}).meta({ description: "When and how to try again." }),
    sending_queue: SendingQueue.prefault({}).meta({
      description: "How what waits in a queue is sent, where the client does not wait for it.",
    }),
  })
  .meta({ id: "OtlpHttpConfig", description: "Sends OTLP over HTTP, as protobuf." });

export type OtlpHttpConfig = z.output<typeof OtlpHttpConfig>;
