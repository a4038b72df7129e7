import type { MetricRegistry } from "@scrim/pipeline";
import { RECEIVER_REFUSED_REQUESTS, RECEIVER_REQUESTS } from "../../gateway-metrics.ts";
import { REFUSALS, type RefusalReason } from "./refusal.ts";

/** Counts what requests over one protocol end with: each once. */
export interface RequestCounter {
  countSuccess(): void;
  /** Also what was refused before it became a request: a connection, a handshake. */
  countRefusal(reason: RefusalReason): void;
}

export function requestCounter(
  receiver: string,
  transport: "http" | "grpc",
  metrics: MetricRegistry,
): RequestCounter {
  const labels = { receiver, transport };
  const succeeded = metrics.counter(RECEIVER_REQUESTS, { ...labels, outcome: "success" });
  return {
    countSuccess: () => succeeded.add(1),
    countRefusal(reason) {
      metrics.counter(RECEIVER_REQUESTS, { ...labels, outcome: REFUSALS[reason].outcome }).add(1);
      metrics.counter(RECEIVER_REFUSED_REQUESTS, { ...labels, reason }).add(1);
    },
  };
}
