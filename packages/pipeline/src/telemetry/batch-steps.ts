import { type Channel, channel } from "node:diagnostics_channel";
import type { Signal } from "@scrim/wire";

/**
 * The steps of a batch's way, each published on the `node:diagnostics_channel` named `scrim:batch:<step>` when it is
 * passed. What is published is {@link BatchStep}: no data. Without a subscriber it costs a test of a flag.
 *
 * They are where a process may end at the worst moment, which tests make it do.
 */
export const BATCH_STEPS = {
  received: "A receiver has the whole request; no pipeline has seen it.",
  processed: "All processors of a pipeline have seen it; it is redacted.",
  queued: "The pipeline's queue answers for it.",
  taken: "A delivery took it from the queue.",
  attempted: "An attempt to bring it to a destination begins.",
  judged: "The attempt has ended, whatever its result.",
  dead_lettered: "The destination will never take it; it is with the dead letters.",
  settled: "The queue is about to hear that it has come to its end.",
  decided: "It is known what the client will be told, and nobody was told yet.",
  answered: "The answer that it was accepted is on its way to the client.",
} as const;

export type BatchStepName = keyof typeof BATCH_STEPS;

/** What is told of a batch that passes a step. */
export interface BatchStep {
  readonly signal: Signal;
  readonly items: number;
}

const CHANNELS = Object.fromEntries(
  Object.keys(BATCH_STEPS).map((name) => [name, channel(`scrim:batch:${name}`)]),
) as Readonly<Record<BatchStepName, Channel>>;

/** Tells whoever subscribed that a batch passes a step. */
export function passStep(name: BatchStepName, { signal, items }: BatchStep): void {
  const step = CHANNELS[name];
  if (step.hasSubscribers) step.publish({ signal, items } satisfies BatchStep);
}
