import type { ExportResult } from "@scrim/pipeline";
import { judgeSuccess } from "../sending/judge-success.ts";
import type { GrpcStatus } from "./grpc-status.ts";
import type { UnaryAnswer } from "./unary-call.ts";

/** https://opentelemetry.io/docs/specs/otlp/#failures */
const RETRYABLE: ReadonlySet<GrpcStatus> = new Set<GrpcStatus>([
  "cancelled",
  "deadline_exceeded",
  "aborted",
  "out_of_range",
  "unavailable",
  "data_loss",
]);

/** What an answer means for the batch. A server that is exhausted may be asked again only where it says when. */
export function judgeAnswer({ status, retryDelayMs, message }: UnaryAnswer): ExportResult {
  if (status === "ok") return judgeSuccess(message);
  const retryable = RETRYABLE.has(status) || (status === "resource_exhausted" && retryDelayMs !== undefined);
  if (!retryable) return { status: "failed", retryable, reason: status };
  return { status: "failed", retryable, reason: status, retry_after_ms: retryDelayMs ?? 0 };
}
