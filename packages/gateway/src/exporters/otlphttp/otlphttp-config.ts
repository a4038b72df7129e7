import { validateHeaderName, validateHeaderValue } from "node:http";
import { duration, RetryOnFailure, size } from "@scrim/pipeline";
import { z } from "zod";

const HttpUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const problem = findUrlProblem(url);
  if (url !== null && problem === undefined) return url;
  context.addIssue({ code: "custom", ...problem });
  return z.NEVER;
});

function findUrlProblem(url: URL | null): { message: string; params: { hint: string } } | undefined {
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
  return undefined;
}

/** What this exporter says itself about its requests. */
const OWN_HEADERS = ["content-type", "content-encoding", "content-length", "transfer-encoding", "connection"];

const Headers = z.record(z.string(), z.string()).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    const problem = findHeaderProblem(name, value);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
  }
});

function findHeaderProblem(name: string, value: string): string | undefined {
  if (OWN_HEADERS.includes(name.toLowerCase())) return "this header is set by the exporter";
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return "not a header that HTTP allows";
  }
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
    headers: Headers.default({}).meta({ description: "Headers for every request, for authentication." }),
    compression: z.enum(["gzip", "zstd", "none"]).default("gzip").meta({
      description: "How request bodies are compressed.",
    }),
    timeout: duration({ min: "10ms", max: "10m" }).prefault("5s").meta({
      description: "How long one attempt may take.",
    }),
    max_request_body_size: size({ min: "1B", max: "1GiB" }).prefault("64MiB").meta({
      description: "Largest request, before compression. A larger one is not sent, and counted.",
    }),
    max_response_body_size: size({ min: "0B", max: "64MiB" }).prefault("4MiB").meta({
      description: "Largest response that is read, as sent and again when decompressed.",
    }),
    max_conns_per_host: z.int().min(1).max(10_000).default(100).meta({
      description: "Connections that are open at once. Further requests wait for one.",
    }),
    tls: z
      .strictObject({
        ca_file: z.string().min(1).optional().meta({
          description: "PEM file of the authorities to trust, instead of the system's.",
        }),
      })
      .prefault({})
      .meta({ description: "For https. Certificates are always verified." }),
    retry_on_failure: RetryOnFailure.prefault({}).meta({ description: "When and how to try again." }),
  })
  .meta({ id: "OtlpHttpConfig", description: "Sends OTLP over HTTP, as protobuf." });

export type OtlpHttpConfig = z.output<typeof OtlpHttpConfig>;
