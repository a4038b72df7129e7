import type { Log, MetricRegistry } from "@scrim/pipeline";
import type { Segment } from "./segment-table.ts";
import { SPOOL_QUARANTINED, SPOOL_QUARANTINED_BYTES } from "./spool-metrics.ts";

/** Damage that readers come by: each place is counted once, however many exporters read it, and the first of a segment is said. */
export class FoundDamage {
  readonly #metrics: MetricRegistry;
  readonly #log: Log;
  readonly #places = new WeakMap<Segment, Set<number>>();

  constructor(metrics: MetricRegistry, log: Log) {
    this.#metrics = metrics;
    this.#log = log;
  }

  count(bytes: number): void {
    this.#metrics.counter(SPOOL_QUARANTINED, {}).add(1);
    this.#metrics.counter(SPOOL_QUARANTINED_BYTES, {}).add(bytes);
  }

  /** Whether nobody has come by this place before. */
  isNew(segment: Segment, offset: number, end: number): boolean {
    let places = this.#places.get(segment);
    if (places === undefined) {
      this.#places.set(segment, (places = new Set()));
      this.#log.warn(
        `service.spool: segment ${segment.number} is damaged: what can't be read is set aside, all else is delivered`,
        "look at the spool's disk; scrim spool verify says where",
      );
    }
    if (places.has(offset)) return false;
    places.add(offset);
    this.count(end - offset);
    return true;
  }
}
