import { FieldWalker, LEN } from "../field-walker.ts";
import { itemsOf } from "./items-of.ts";
import { RequestPacker } from "./request-packer.ts";

/** `trace_id` of a log record and of a span. */
const TRACE_ID_FIELDS = { logs: 9, traces: 1 } as const;

const NO_ID = new Uint8Array(0);

/**
 * Divides a request of logs or traces between destinations, by trace id. Items keep their order within each, and what
 * is around them is repeated.
 *
 * @param destinations how many there are
 * @param choose the destination of a trace id, from 0; of no bytes where an item has none, or an empty one. It must not
 *   keep the id, which is a view of `bytes`
 * @returns for each destination its request; undefined where nothing goes there
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing, where the walk comes by
 *
 * @example
 * ```ts
 * import { countItems, encodeRequest, splitByTraceId } from "@scrim/wire";
 * const spans = ["00", "01", "02"].map((start) => ({ traceId: start.padEnd(32, "f") }));
 * const bytes = encodeRequest("traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] });
 * const [even, odd] = splitByTraceId("traces", bytes, 2, (id) => id[0]! % 2);
 * console.log(countItems("traces", even!), countItems("traces", odd!)); // 2 1
 * ```
 */
export function splitByTraceId(
  signal: "logs" | "traces",
  bytes: Buffer,
  destinations: number,
  choose: (traceId: Uint8Array) => number,
): (Buffer | undefined)[] {
  const packers = Array.from({ length: destinations }, () => new RequestPacker());
  const field = TRACE_ID_FIELDS[signal];
  for (const item of itemsOf(bytes)) {
    const id = lastField(bytes, item.payload, item.end, field);
    packers[choose(id)]!.add(item.path, bytes, item.start, item.end);
  }
  return packers.map((packer) => (packer.isEmpty ? undefined : packer.take()));
}

/** Of several occurrences the last counts, as everywhere in protobuf. */
function lastField(bytes: Buffer, start: number, end: number, field: number): Uint8Array {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  let value: Uint8Array = NO_ID;
  while (walker.next())
    if (walker.field === field && walker.wire === LEN) value = bytes.subarray(walker.start, walker.end);
  return value;
}
