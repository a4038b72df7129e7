import { FieldWalker, LEN } from "./field-walker.ts";
import type { Signal } from "./signal.ts";

/**
 * Field numbers that lead from an export request to what OTLP counts: log records, spans, data points (of any
 * kind of metric), profiles. A list of numbers at one level means any of them.
 */
const TO_ITEMS: Readonly<Record<Signal, readonly (readonly number[])[]>> = {
  logs: [[1], [2], [2]],
  traces: [[1], [2], [2]],
  metrics: [[1], [2], [2], [5, 7, 9, 10, 11], [1]],
  profiles: [[1], [2], [2]],
};

/**
 * How many log records, spans, data points or profiles an export request holds.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing along the way
 */
export function countItems(signal: Signal, bytes: Uint8Array): number {
  return count(TO_ITEMS[signal], 0, bytes, 0, bytes.length);
}

function count(
  path: readonly (readonly number[])[],
  level: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  const wanted = path[level]!;
  let items = 0;
  while (walker.next()) {
    if (walker.wire !== LEN || !wanted.includes(walker.field)) continue;
    items += level === path.length - 1 ? 1 : count(path, level + 1, bytes, walker.start, walker.end);
  }
  return items;
}
