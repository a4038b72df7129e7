import { FieldWalker } from "../field-walker.ts";
import type { Signal } from "../signal.ts";
import { type Envelope, isChild, readEnvelope } from "./envelope.ts";

/** One item of a request where it lies: the field `bytes[start, end)`, its tag included. */
export interface PlacedItem {
  /** The messages around it, the request itself first. */
  readonly path: readonly Envelope[];
  readonly start: number;
  readonly end: number;
  /** Where its payload begins. */
  readonly payload: number;
}

/** Field numbers from a request to its log records, spans, metrics or profiles: the same for every signal. */
const TO_ITEMS = [1, 2, 2] as const;

/** gauge, sum, histogram, exponential_histogram and summary of a Metric, and `data_points` of each of them. */
const METRIC_DATA = [5, 7, 9, 10, 11] as const;
const DATA_POINTS = [1] as const;

/** The items of a request in their order: log records, spans, metrics (whole), profiles. */
export function* itemsOf(bytes: Buffer): Generator<PlacedItem> {
  yield* descend(bytes, 0, bytes.length, 0, []);
}

function* descend(
  bytes: Buffer,
  start: number,
  end: number,
  field: number,
  outer: readonly Envelope[],
): Generator<PlacedItem> {
  const level = outer.length;
  const children = [TO_ITEMS[level]!];
  const path = [...outer, readEnvelope(bytes, start, end, field, children)];
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  while (walker.next()) {
    if (!isChild(walker, children)) continue;
    if (level === TO_ITEMS.length - 1)
      yield { path, start: walker.tag, end: walker.end, payload: walker.start };
    else yield* descend(bytes, walker.start, walker.end, walker.field, path);
  }
}

/**
 * The data points of a metric, each inside the metric that is left without the others. None where they can't be told
 * apart: of data that occurs several times decoders take the last or merge, and a part must mean what the whole did.
 */
export function* dataPointsOf(signal: Signal, bytes: Buffer, metric: PlacedItem): Generator<PlacedItem> {
  const data = signal === "metrics" ? onlyData(bytes, metric) : undefined;
  if (data === undefined) return;
  const path = [
    ...metric.path,
    readEnvelope(bytes, metric.payload, metric.end, TO_ITEMS[2], METRIC_DATA),
    readEnvelope(bytes, data.start, data.end, data.field, DATA_POINTS),
  ];
  const walker = new FieldWalker();
  walker.enter(bytes, data.start, data.end);
  while (walker.next())
    if (isChild(walker, DATA_POINTS))
      yield { path, start: walker.tag, end: walker.end, payload: walker.start };
}

function onlyData(bytes: Buffer, { payload, end }: PlacedItem) {
  const walker = new FieldWalker();
  walker.enter(bytes, payload, end);
  let data: { readonly field: number; readonly start: number; readonly end: number } | undefined;
  while (walker.next()) {
    if (!isChild(walker, METRIC_DATA)) continue;
    if (data !== undefined) return undefined;
    data = { field: walker.field, start: walker.start, end: walker.end };
  }
  return data;
}
