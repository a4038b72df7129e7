import type { ExportResult } from "@scrim/pipeline";
import { parseContentType } from "../../otlp/encoding.ts";
import { DELIVERED, judgeSuccess } from "../sending/judge-success.ts";
import { parseRetryAfter } from "../sending/retry-after.ts";
import type { PostResponse } from "./post.ts";

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE_STATUSES = [429, 502, 503, 504];

/** What an answer means for the batch. */
export function judgeResponse(response: PostResponse, nowMs: number): ExportResult {
  const { status } = response;
  if (200 <= status && status < 300)
    return parseContentType(response.contentType) === "protobuf" ? judgeSuccess(response.body) : DELIVERED;
  if (RETRYABLE_STATUSES.includes(status)) {
    const retry_after_ms = parseRetryAfter(response.retryAfter, nowMs);
    return { status: "failed", retryable: true, reason: "unavailable", retry_after_ms };
  }
  const redirected = 300 <= status && status < 400;
  return { status: "failed", retryable: false, reason: redirected ? "redirected" : "refused" };
}
