import type { OperatingError } from "@scrim/errors";

/** Who does not have a batch: a destination, the queue in front of destinations for want of room or for a fault of its disk, or, by another fault, nobody. */
export type FailureReason = "destination" | "queue_full" | "queue_failed" | "internal";

/** What became of a batch, as its client should be told. */
export type Outcome =
  /** Every exporter has it. `rejected` items were left out on purpose, for `reason`. */
  | {
      readonly status: "delivered";
      readonly rejected: number;
      readonly reason: string;
      /** What the client should be told, though nothing was refused. */
      readonly warning?: string;
    }
  /** It is itself at fault; sending it again is no use. */
  | { readonly status: "invalid"; readonly error: OperatingError }
  /** At least one exporter does not have it. */
  | {
      readonly status: "failed";
      readonly retryable: boolean;
      readonly reason: FailureReason;
      /** How long the destination asked to be left alone; 0 if it didn't. */
      readonly retry_after_ms: number;
    };

export const DELIVERED: Outcome = { status: "delivered", rejected: 0, reason: "" };

/**
 * One answer for a batch that went several ways: the worst. What may still succeed comes before what can't, since
 * only a retry brings the batch to the way that was closed for a while.
 */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((a, b) => (isWorse(b, a) ? b : a), DELIVERED);
}

/** More than nothing, and less than an item. */
const WARNING_EXTENT = 0.5;

function isWorse(a: Outcome, b: Outcome): boolean {
  return rank(a) === rank(b) ? extent(a) > extent(b) : rank(a) > rank(b);
}

function rank(outcome: Outcome): number {
  if (outcome.status === "failed") return outcome.retryable ? 3 : 2;
  return outcome.status === "invalid" ? 1 : 0;
}

function extent(outcome: Outcome): number {
  if (outcome.status === "failed") return outcome.retry_after_ms;
  if (outcome.status === "invalid") return 0;
  return outcome.rejected + (outcome.warning === undefined ? 0 : WARNING_EXTENT);
}
