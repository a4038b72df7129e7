import type { ExportResult } from "@scrim/pipeline";
import { decodeRejected } from "../../otlp/export-response.ts";

export const DELIVERED: ExportResult = { status: "delivered", rejected: 0 };

/**
 * What an answer of success means for the batch. A populated partial success is final: what was rejected stays so. A body
 * we can't read takes nothing back.
 */
export function judgeSuccess(message: Uint8Array): ExportResult {
  try {
    return { status: "delivered", rejected: decodeRejected(message) };
  } catch {
    return DELIVERED;
  }
}
