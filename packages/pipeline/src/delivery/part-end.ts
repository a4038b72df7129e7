import type { Batch } from "../batch.ts";
import type { QueuedBatch } from "../queue.ts";
import { stepSpan } from "../telemetry/step-span.ts";
import type { SpanNotes, Tracer } from "../telemetry/tracer.ts";

/** How a request from a queue ended. */
export type PartEnd =
  | { readonly status: "delivered" | "stopped" }
  | { readonly status: "refused"; readonly reason: string };

export const DELIVERED: PartEnd = { status: "delivered" };
export const STOPPED: PartEnd = { status: "stopped" };

/** A span from the first attempt to the end, where one of the batches in a request is traced. */
export async function traceEnd(
  tracer: Tracer,
  exporter: string,
  part: Batch,
  sources: readonly QueuedBatch[],
  action: (part: Batch) => Promise<PartEnd>,
): Promise<PartEnd> {
  const batches = sources.map(({ batch }) => batch);
  return await tracer.joint(part, batches, stepSpan("exporter", exporter, part), async (traced, span) => {
    const end = await action(traced);
    noteEnd(span, end);
    return end;
  });
}

function noteEnd(span: SpanNotes, end: PartEnd): void {
  span.note({
    "gateway.outcome": end.status,
    ...(end.status === "refused" && { "gateway.reason": end.reason }),
  });
  if (end.status === "refused") span.fail();
}
