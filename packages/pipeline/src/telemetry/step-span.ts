import type { Batch } from "../batch.ts";
import type { ExportResult } from "../component.ts";
import type { SpanNotes, SpanStart } from "./tracer.ts";

/**
 * How spans of the gateway's own steps are named, and what they say: the Collector's names where it has them, `gateway.*` else, since
 * `scrim.*` is taken out where a sender is not trusted.
 */

/** A batch before a component: `processor/policy/logs`, unless told otherwise. */
export function stepSpan(
  kind: "receiver" | "processor" | "exporter" | "queue",
  id: string,
  { signal, items }: Pick<Batch, "signal" | "items">,
  other: Partial<Pick<SpanStart, "name" | "kind">> = {},
): SpanStart {
  return {
    name: `${kind}/${id}/${signal}`,
    kind: "internal",
    ...other,
    attributes: {
      "otelcol.component.kind": kind,
      "otelcol.component.id": id,
      "otelcol.signal": signal,
      "gateway.items": items,
    },
  };
}

/** What an exporter said. Its reasons come from a fixed table. */
export function noteResult(span: SpanNotes, result: ExportResult): void {
  if (result.status === "delivered") {
    span.note({ "gateway.outcome": "delivered", "gateway.items.rejected": result.rejected });
    return;
  }
  span.note({
    "gateway.outcome": result.retryable ? "to_try_again" : "refused",
    "gateway.reason": result.reason,
  });
  span.fail();
}
