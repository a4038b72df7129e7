import { OperatingError } from "@scrim/errors";
import {
  type Batch,
  faultLog,
  type Histogram,
  keptBytes,
  type Log,
  type MetricRegistry,
  type Outlet,
  type Queue,
} from "@scrim/pipeline";
import type { Cursor } from "./cursor-file.ts";
import { FoundDamage } from "./found-damage.ts";
import { GroupCommit, type StoredRecord } from "./group-commit.ts";
import { type RecentRecord, RecentRecords } from "./recent-records.ts";
import { Room } from "./room.ts";
import type { OpenSegment } from "./segment-reader.ts";
import { type Segment, SegmentTable } from "./segment-table.ts";
import * as metricsOf from "./spool-metrics.ts";
import { type OutletHost, SpoolOutlet } from "./spool-outlet.ts";
import type { LogPlace, OpenedLog, SpoolWriter } from "./writer-messages.ts";

export interface SpoolOptions {
  /** Names the spool, see {@link spoolId}. */
  readonly id: string;
  readonly place: LogPlace;
  readonly opened: OpenedLog;
  readonly writer: SpoolWriter;
  readonly openSegment: OpenSegment;
  readonly max_bytes: number;
  /** How long a batch waits at most; undefined for as long as it takes. */
  readonly max_age_ms: number | undefined;
  readonly drops_oldest: boolean;
  readonly memory_bytes: number;
  /** Those that are configured. */
  readonly exporters: readonly string[];
  /** Those whose batches are dropped, where they are not configured. */
  readonly forget: readonly string[];
  readonly metrics: MetricRegistry;
  readonly log: Log;
  /** How long cursors may lag behind; what was settled meanwhile comes again after a crash. */
  readonly cursor_pace_ms?: number;
  readonly wait_max_ms?: number;
  readonly cool_down_ms?: number;
}

const CURSOR_PACE_MS = 1_000;
/** How often a disk that fails is tried at the end. */
const LAST_TRIES_MAX = 10;
const LAST_TRIES_MS = 100;
const AGE_CHECK_MS = 30_000;
/** Exporters that are not configured have series of their own up to here: their names come from the disk. */
const UNCLAIMED_MAX = 64;

/** A queue on the disk; see {@link openSpool}. */
export class Spool implements Queue {
  readonly #options: SpoolOptions;
  readonly #table = new SegmentTable();
  readonly #recent: RecentRecords;
  readonly #outlets = new Map<string, SpoolOutlet>();
  readonly #cursors: ReadonlyMap<string, Cursor>;
  readonly #commit: GroupCommit;
  readonly #room: Room;
  readonly #host: OutletHost;
  readonly #fault: (error: unknown) => void;
  readonly #damage: FoundDamage;
  readonly #appendSeconds: Histogram;
  readonly #done = new Set<Segment>();
  readonly #changed = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #tidying: Promise<void> | undefined;
  #tidyTimer: NodeJS.Timeout | undefined;
  #isFailing = false;
  #shutdown: Promise<void> | undefined;

  constructor(options: SpoolOptions) {
    const { opened, metrics, log } = options;
    this.#options = options;
    this.#fault = faultLog("service.spool", log);
    this.#damage = new FoundDamage(metrics, log);
    this.#recent = new RecentRecords(options.memory_bytes);
    this.#cursors = new Map(opened.cursors.map((cursor) => [cursor.exporter, cursor]));
    this.#host = {
      id: options.id,
      bytes_max: options.max_bytes,
      table: this.#table,
      recent: this.#recent,
      openSegment: options.openSegment,
      changed: (segment) => this.#wasSettled(segment),
      dropped: (exporter, items, _records, reason) => this.#dropped(exporter, items, reason),
      damaged: (segment, offset, end) => this.#damaged(segment, offset, end),
    };
    this.#room = new Room({
      bytes_max: options.max_bytes,
      used: () => this.#table.bytes,
      makeRoom: () => options.drops_oldest && this.#dropOldest("full"),
      slows: !options.drops_oldest,
      ...(options.wait_max_ms !== undefined && { wait_max_ms: options.wait_max_ms }),
    });
    this.#commit = new GroupCommit({
      ...options,
      stored: (record) => this.#stored(record),
      written: (elapsedMs, failure) => this.#written(elapsedMs, failure),
    });
    this.#appendSeconds = metrics.histogram(metricsOf.SPOOL_APPEND_DURATION, {});
    for (const found of opened.segments) this.#table.addFound(found);
    this.#adopt();
    this.#observe();
    this.#timers.push(setInterval(() => this.#dropOld(), AGE_CHECK_MS).unref());
    this.#dropOld();
  }

  async append(batch: Batch, exporters: readonly string[]): Promise<void> {
    this.#checkOpen();
    if (exporters.length === 0) return;
    const started = performance.now();
    const record = { batch, exporters, reason: "" };
    const bytes = GroupCommit.bytesOf(record);
    await this.#room.take(bytes);
    try {
      this.#checkOpen(); // it may have waited for room
      await this.#commit.append(record);
    } finally {
      this.#room.arrived(bytes);
    }
    this.#appendSeconds.record((performance.now() - started) / 1e3);
    const holdMs = this.#room.hold_ms;
    if (holdMs >= 1) await new Promise((resolve) => setTimeout(resolve, holdMs));
  }

  outlet(exporter: string): Outlet {
    const outlet = this.#outletOf(exporter);
    // Somebody asks, so it is configured: perhaps since a reload.
    this.#options.metrics.observe(metricsOf.SPOOL_WAITING_ITEMS, { exporter }, () => outlet.items);
    return outlet;
  }

  /** What a thread that takes over needs to know. */
  get resume() {
    return this.#commit.resume;
  }

  /** Resolves when all is on the disk that will be, cursors included. The writer stays open. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#close();
    return this.#shutdown;
  }

  #checkOpen(): void {
    if (this.#shutdown !== undefined)
      throw new OperatingError("QUEUE_FAILED", "the spool is shut down", { path: "service.spool" });
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#tidyTimer);
    await this.#commit.idle();
    for (const outlet of this.#outlets.values()) await outlet.close();
    await this.#tidying;
    const { last } = this.#table;
    if (last?.unsettled === 0) this.#done.add(last); // nobody writes to it any more
    const { cool_down_ms = LAST_TRIES_MS, log } = this.#options;
    for (let tries = 1; !(await this.#tidy()); tries++) {
      if (tries === LAST_TRIES_MAX) {
        if (this.#changed.size > 0)
          log.warn(
            "service.spool: cursors could not be written at the end",
            "what was delivered last is delivered once more after the next start: look at the spool's disk",
          );
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, cool_down_ms));
    }
  }

  #outletOf(exporter: string): SpoolOutlet {
    let outlet = this.#outlets.get(exporter);
    if (outlet === undefined) {
      outlet = new SpoolOutlet(exporter, this.#host, this.#cursors.get(exporter));
      this.#outlets.set(exporter, outlet);
    }
    return outlet;
  }

  /** Makes an outlet for everybody whom something waits for. */
  #adopt(): void {
    const { opened, exporters, forget, log } = this.#options;
    const waiting = opened.segments.flatMap((segment) => segment.waiting.map(({ exporter }) => exporter));
    for (const exporter of new Set([...exporters, ...this.#cursors.keys(), ...waiting])) {
      const outlet = this.#outletOf(exporter);
      const isConfigured = exporters.includes(exporter);
      if (!isConfigured && forget.includes(exporter)) this.#forget(outlet);
      else if (outlet.items > 0) {
        this.#recovered(exporter, outlet.items);
        if (!isConfigured)
          log.warn(
            `service.spool: ${outlet.items} items wait for ${this.#label(exporter)}, which is not configured`,
            `configure it again, or drop them: service.spool.forget: [${this.#label(exporter)}]`,
          );
      }
    }
    for (const segment of this.#table) if (segment.unsettled === 0) this.#wasSettled(segment);
    for (const { end, offset, lost } of opened.damage) {
      this.#damage.count((end ?? offset) - offset);
      for (const { exporter, items } of lost) {
        this.#recovered(exporter, items); // so that what came and what went add up
        this.#dropped(exporter, items, "corrupt");
      }
    }
    if (opened.damage.some(({ is_torn }) => !is_torn) || opened.damaged_cursors > 0)
      log.warn(
        `service.spool: ${opened.damage.length} places of segments and ${opened.damaged_cursors} cursors are damaged, and set aside`,
        "scrim spool verify says where; what a damaged cursor had settled is delivered once more",
      );
  }

  #forget(outlet: SpoolOutlet): void {
    for (const segment of this.#table) outlet.drop(segment, "forgotten");
    this.#changed.add(outlet.exporter);
  }

  /** Names that are not configured come from the disk: a file that somebody made could hold any. */
  #label(exporter: string): string {
    if (this.#options.exporters.includes(exporter)) return exporter;
    const isName = /^[a-zA-Z][a-zA-Z0-9_]*(\/[a-zA-Z0-9_.-]+)?$/.test(exporter) && exporter.length <= 128;
    return isName && this.#outlets.size <= UNCLAIMED_MAX ? exporter : "other";
  }

  #observe(): void {
    const { metrics, exporters, max_bytes } = this.#options;
    metrics.gauge(metricsOf.SPOOL_CAPACITY, {}).set(max_bytes);
    metrics.observe(metricsOf.SPOOL_BYTES, {}, () => this.#table.bytes);
    metrics.observe(metricsOf.SPOOL_SEGMENTS, {}, () => this.#table.count);
    metrics.observe(metricsOf.SPOOL_RECORDS, {}, () => this.#table.records);
    metrics.observe(metricsOf.SPOOL_MEMORY, {}, () => this.#recent.bytes);
    for (const [exporter, outlet] of this.#outlets) {
      const metric = exporters.includes(exporter)
        ? metricsOf.SPOOL_WAITING_ITEMS
        : metricsOf.SPOOL_UNCLAIMED_ITEMS;
      metrics.observe(metric, { exporter: this.#label(exporter) }, () => outlet.items);
    }
  }

  #stored(stored: StoredRecord): void {
    const { sequence, batch, exporters, accepted_at_ms, offset, end } = stored;
    const segment = this.#table.addRecord(stored);
    const kept = { ...batch, bytes: keptBytes(batch.bytes) };
    const record: RecentRecord = {
      ...{ sequence, batch: kept, exporters, accepted_at_ms, segment, offset, end },
      unsettled: exporters.length,
    };
    const outlets = exporters.map((exporter) => this.#outletOf(exporter));
    this.#remember(record, outlets);
    for (const outlet of outlets) outlet.added(record);
    const { previous } = segment;
    if (previous?.unsettled === 0) this.#wasSettled(previous); // it was the last until now
  }

  /** Keeps a record in memory, unless nobody would find it there: those who are far behind read the disk for long. */
  #remember(record: RecentRecord, outlets: readonly SpoolOutlet[]): void {
    if (this.#recent.first === undefined && !outlets.some(({ isNear }) => isNear)) return;
    const isFull = this.#recent.add(record);
    const { first } = this.#recent;
    if (isFull && first !== undefined && !outlets.some((outlet) => outlet.isAt(first)))
      this.#recent.forgetThrough(record.sequence);
  }

  #written(
    elapsedMs: number,
    failure: { readonly kind: "full" | "failed"; readonly code: string } | undefined,
  ): void {
    const { metrics, log } = this.#options;
    if (failure === undefined) {
      metrics.histogram(metricsOf.SPOOL_SYNC_DURATION, {}).record(elapsedMs / 1e3);
      metrics.counter(metricsOf.SPOOL_SYNCS, {}).add(1);
      if (this.#isFailing) log.info("service.spool: the disk takes batches again");
      this.#isFailing = false;
      return;
    }
    metrics.counter(metricsOf.SPOOL_FAILURES, { reason: failure.kind }).add(1);
    if (!this.#isFailing)
      log.warn(
        `service.spool: batches are refused, because the disk ${failure.kind === "full" ? "is full" : "fails"} (${failure.code})`,
        "what is on it is still delivered; batches are taken again as soon as it writes",
      );
    this.#isFailing = true;
  }

  #wasSettled(segment: Segment): void {
    for (const exporter of segment.waiting.keys()) this.#changed.add(exporter);
    if (segment.unsettled === 0 && segment !== this.#table.last && !segment.isRemoved) {
      this.#done.add(segment);
      this.#tidySoon(0);
    } else {
      this.#tidySoon(this.#options.cursor_pace_ms ?? CURSOR_PACE_MS);
    }
  }

  #recovered(exporter: string, items: number): void {
    this.#options.metrics
      .counter(metricsOf.SPOOL_RECOVERED_ITEMS, { exporter: this.#label(exporter) })
      .add(items);
  }

  #dropped(exporter: string, items: number, reason: string): void {
    this.#options.metrics
      .counter(metricsOf.SPOOL_DROPPED_ITEMS, { exporter: this.#label(exporter), reason })
      .add(items);
  }

  #damaged(segment: Segment, offset: number, end: number): void {
    if (!this.#damage.isNew(segment, offset, end)) return;
    const { writer, place } = this.#options;
    writer
      .request("set_aside", { folder: place.folder, segment: segment.number, offset, end })
      .catch(this.#fault);
  }

  /** Gives up a whole segment, but for the one that is written to. */
  #dropOldest(reason: string): boolean {
    const { first, last } = this.#table;
    if (first === undefined || first === last) return false;
    for (const outlet of this.#outlets.values()) outlet.drop(first, reason);
    this.#recent.forgetThrough(first.last_sequence);
    this.#done.add(first);
    this.#table.remove(first);
    this.#tidySoon(0);
    return true;
  }

  #dropOld(): void {
    const { max_age_ms } = this.#options;
    if (max_age_ms === undefined) return;
    const oldest = performance.now() - max_age_ms;
    while (this.#table.first !== undefined && this.#table.first.accepted_tick < oldest) {
      if (!this.#dropOldest("too_old")) break;
    }
    this.#room.freed();
  }

  #tidySoon(delayMs: number): void {
    if (this.#shutdown !== undefined) return;
    if (delayMs === 0) {
      this.#tidying ??= this.#tidy().then((isDone) => {
        this.#tidying = undefined;
        if (isDone && this.#done.size > 0) this.#tidySoon(0);
        else if (this.#done.size + this.#changed.size > 0) this.#tidySoon(CURSOR_PACE_MS);
      });
      return;
    }
    this.#tidyTimer ??= setTimeout(() => {
      this.#tidyTimer = undefined;
      this.#tidySoon(0);
    }, delayMs).unref();
  }

  /**
   * Brings cursors to the disk, then removes segments. On a disk that has no room for cursors, segments make it; the last one stays there, since
   * without it and without cursors nobody would know which sequences there were.
   */
  async #tidy(): Promise<boolean> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const isKept = changed.length === 0 || (await this.#keepCursors(changed));
    const done = [...this.#done].filter((segment) => isKept || segment !== this.#table.last);
    for (const segment of done) this.#done.delete(segment);
    return (done.length === 0 || (await this.#removeSegments(done))) && isKept;
  }

  async #keepCursors(exporters: readonly string[]): Promise<boolean> {
    const { writer, place } = this.#options;
    try {
      const cursors = exporters.map((exporter) => this.#outletOf(exporter).cursor);
      await writer.request("cursors", { folder: place.folder, cursors });
      return true;
    } catch {
      for (const exporter of exporters) this.#changed.add(exporter);
      return false;
    }
  }

  async #removeSegments(segments: readonly Segment[]): Promise<boolean> {
    const { writer, place } = this.#options;
    try {
      for (const segment of segments) this.#table.remove(segment);
      this.#room.freed();
      await writer.request("remove", {
        folder: place.folder,
        segments: segments.map(({ number }) => number),
      });
      return true;
    } catch {
      for (const segment of segments) this.#done.add(segment);
      return false;
    }
  }
}
