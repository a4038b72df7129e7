import { validateHeaderName, validateHeaderValue } from "node:http";
import { duration, size } from "@scrim/pipeline";
import { z } from "zod";

/** Keys that both OTLP exporters have, by the Collector's names. */

/** What exporters say themselves about their requests. */
const OWN_HEADERS = new Set([
  "content-type",
  "content-encoding",
  "content-length",
  "transfer-encoding",
  "connection",
  "te",
  "host",
]);

/** gRPC's own: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests */
const OWN_PREFIX = "grpc-";

const HeadersConfig = z.record(z.string(), z.string()).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    const problem = findHeaderProblem(name, value);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
  }
});

function findHeaderProblem(name: string, value: string): string | undefined {
  const lower = name.toLowerCase();
  if (OWN_HEADERS.has(lower) || lower.startsWith(OWN_PREFIX)) return "this header is set by the exporter";
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return "not a header that HTTP allows";
  }
}

export const headersKey = HeadersConfig.default({}).meta({
  isSecret: true,
  description: "Headers for every request, for authentication.",
});

export const idempotencyHeaderKey = z
  .string()
  .max(64)
  .superRefine((name, context) => {
    const problem = findHeaderProblem(name, "") ?? findMetadataProblem(name);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  })
  .transform((name) => name.toLowerCase())
  .optional()
  .meta({
    description:
      "Name of a header that says which request this is, the same at each attempt, so that a destination can leave out what it has: `idempotency-key`, say. Only where a queue is; no such header unless given.",
  });

/** `-bin` says in gRPC that a value is base64. */
function findMetadataProblem(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.endsWith("-bin")) return "a name that ends in -bin is for binary values";
  return ["authorization", "user-agent"].includes(lower) ? "this header says something else" : undefined;
}

export const compressionKey = z.enum(["gzip", "zstd", "none"]).default("gzip").meta({
  description: "How requests are compressed.",
});

export const timeoutKey = duration({ min: "10ms", max: "10m" }).prefault("5s").meta({
  description: "How long one attempt may take.",
});

export const maxResponseKey = size({ min: "0B", max: "64MiB" }).prefault("4MiB").meta({
  description: "Largest response that is read, as sent and again when decompressed.",
});
