import { OperatingError } from "@scrim/errors";
import type { ExportResult } from "@scrim/pipeline";
import { parseContentType } from "../../otlp/encoding.ts";
import { decodeRejected } from "../../otlp/export-response.ts";
import type { PostResponse } from "./post.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE_STATUSES = [429, 502, 503, 504];

const DELIVERED: ExportResult = { status: "delivered", rejected: 0 };

/** What an answer means for the batch. */
export function judgeResponse(response: PostResponse, nowMs: number): ExportResult {
  const { status } = response;
  if (200 <= status && status < 300) return judgeSuccess(response);
  if (RETRYABLE_STATUSES.includes(status)) {
    const retry_after_ms = parseRetryAfter(response.retryAfter, nowMs);
    return { status: "failed", retryable: true, reason: "unavailable", retry_after_ms };
  }
  const redirected = 300 <= status && status < 400;
  return { status: "failed", retryable: false, reason: redirected ? "redirected" : "refused" };
}

/** A populated partial success is final: what was rejected stays so. A body we can't read takes nothing back. */
function judgeSuccess({ body, contentType }: PostResponse): ExportResult {
  if (body.length === 0 || parseContentType(contentType) !== "protobuf") return DELIVERED;
  try {
    return { status: "delivered", rejected: decodeRejected(body) };
  } catch {
    return DELIVERED;
  }
}

/** What it means that no answer came, or none that could be read. */
export function judgeError(error: unknown): ExportResult {
  if (error instanceof OperatingError) {
    const reason = error.code === "TOO_LARGE" ? "response_too_large" : "response_unreadable";
    return { status: "failed", retryable: false, reason };
  }
  const { name } = error as Error;
  const reason = name === "TimeoutError" || name === "AbortError" ? "timeout" : "unreachable";
  return { status: "failed", retryable: true, reason };
}
