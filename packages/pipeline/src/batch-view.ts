import { countItems, decodeRequest, encodeRequest, type JsonObject, type Signal } from "@scrim/wire";
import type { Batch } from "./batch.ts";

/** A log record, span, metric or profile, and where it stands. */
export interface PlacedItem {
  readonly item: JsonObject;
  readonly scope: JsonObject;
  readonly resource: JsonObject;
}

/**
 * A batch as plain objects in OTLP's JSON shape: ids in hex, 64-bit integers as decimal strings, attributes as
 * lists of `{ key, value }`. Nothing is decoded before it is asked for. The view and its objects never change;
 * {@link with} and {@link map} make new batches.
 */
export interface BatchView {
  /** @throws {OperatingError} when first read: `WIRE_TRUNCATED`, `WIRE_MALFORMED`, `TOO_DEEP` */
  readonly tree: JsonObject;
  /** Every log record, span, metric or profile. */
  items(): Iterable<PlacedItem>;
  /**
   * The batch with another tree.
   *
   * @throws {OperatingError} `JSON_MAPPING` if that is no export request of the signal
   */
  with(tree: JsonObject): Batch;
  /**
   * The batch with other items: what `change` returns stands in place of the item, undefined removes it. The very
   * same batch if `change` only ever returned what it was given.
   */
  map(change: (placed: PlacedItem) => JsonObject | undefined): Batch;
}

/** JSON names on the way from a request to its items. */
const LEVELS: Readonly<Record<Signal, readonly [string, string, string]>> = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
  profiles: ["resourceProfiles", "scopeProfiles", "profiles"],
};

export function viewOf(batch: Batch): BatchView {
  const levels = LEVELS[batch.signal];
  let decoded: JsonObject | undefined;
  const tree = () => (decoded ??= decodeRequest(batch.signal, batch.bytes));

  function withTree(changed: JsonObject): Batch {
    if (changed === decoded) return batch;
    const bytes = encodeRequest(batch.signal, changed);
    return { ...batch, bytes, items: countItems(batch.signal, bytes) };
  }

  return {
    get tree() {
      return tree();
    },
    items: () => walkItems(levels, tree()),
    with: withTree,
    map: (change) => withTree(mapItems(levels, tree(), change)),
  };
}

const NONE: JsonObject = {};

function* walkItems([first, second, third]: readonly string[], tree: JsonObject): Generator<PlacedItem> {
  for (const ofResource of children(tree, first!)) {
    for (const ofScope of children(ofResource, second!)) {
      const scope = child(ofScope, "scope");
      const resource = child(ofResource, "resource");
      for (const item of children(ofScope, third!)) yield { item, scope, resource };
    }
  }
}

function mapItems(
  [first, second, third]: readonly string[],
  tree: JsonObject,
  change: (placed: PlacedItem) => JsonObject | undefined,
): JsonObject {
  return mapChildren(tree, first!, (ofResource) =>
    mapChildren(ofResource, second!, (ofScope) =>
      mapChildren(ofScope, third!, (item) =>
        change({ item, scope: child(ofScope, "scope"), resource: child(ofResource, "resource") }),
      ),
    ),
  );
}

/** The object with other children under `name`; the same object if they are the same. */
function mapChildren(
  parent: JsonObject,
  name: string,
  change: (child: JsonObject) => JsonObject | undefined,
): JsonObject {
  const before = children(parent, name);
  const after = before.map(change).filter((made) => made !== undefined);
  const same = after.length === before.length && after.every((made, at) => made === before[at]);
  return same ? parent : { ...parent, [name]: after };
}

function children(parent: JsonObject, name: string): readonly JsonObject[] {
  return (parent[name] ?? []) as readonly JsonObject[];
}

function child(parent: JsonObject, name: string): JsonObject {
  return (parent[name] ?? NONE) as JsonObject;
}
