import type { ExportFailure, ExportResult } from "@scrim/pipeline";
import { parseContentType } from "../../otlp/encoding.ts";
import { DELIVERED, judgeSuccess } from "../sending/judge-success.ts";
import { parseRetryAfter } from "../sending/retry-after.ts";
import type { PostResponse } from "./post.ts";

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE_STATUSES = [429, 502, 503, 504];

/** A page for people: what a wrong address, or a network that wants a login, answers with success to everything. */
const PAGE_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i;

/** What an answer means for the batch. */
export function judgeResponse(response: PostResponse, nowMs: number): ExportResult {
  const { status } = response;
  const detail = `HTTP ${status}`;
  if (200 <= status && status < 300) return isPage(response) ? notOtlp(detail) : judgeBody(response);
  if (RETRYABLE_STATUSES.includes(status)) {
    const retry_after_ms = parseRetryAfter(response.retryAfter, nowMs);
    return { status: "failed", retryable: true, reason: "unavailable", detail, retry_after_ms };
  }
  const redirected = 300 <= status && status < 400;
  return { status: "failed", retryable: false, reason: redirected ? "redirected" : "refused", detail };
}

function isPage({ contentType = "", body }: PostResponse): boolean {
  return body.length > 0 && PAGE_TYPE.test(contentType);
}

/** Nothing has taken the batch. It is kept until whoever is to take it is there. */
function notOtlp(status: string): ExportFailure {
  return { status: "failed", retryable: true, reason: "not_otlp", detail: `${status} with a page of HTML` };
}

function judgeBody({ contentType, body }: PostResponse): ExportResult {
  return parseContentType(contentType) === "protobuf" ? judgeSuccess(body) : DELIVERED;
}
