import { type Clock, type GrantSet, systemClock, type TraceLeases } from "@scrim/grants";
import type { Keeper, LifeCycle, MetricRegistry, Processor } from "@scrim/pipeline";
import {
  CAPTURE_HELD_BYTES,
  CAPTURE_HELD_RECORDS,
  type CaptureCounts,
  captureCounts,
} from "./capture-metrics.ts";
import { ErrorApprover } from "./error-approver.ts";
import { HeldRecords, type HoldLimits } from "./held-records.ts";
import { HeldRelease } from "./held-release.ts";
import { RecordGate } from "./record-gate.ts";
import { RootApprover } from "./root-approver.ts";
import { SeenTokens } from "./seen-tokens.ts";
import { SpanMarker } from "./span-marker.ts";
import { TraceApprovals } from "./trace-approvals.ts";

/** How often it is looked whether traces of held records were approved. */
const LOOK_MS = 250;

export interface VerboseCaptureOptions {
  readonly id: string;
  readonly floor: number;
  readonly needsSeverity: boolean;
  readonly grants: GrantSet;
  readonly metrics: MetricRegistry;
  /** Present where records below the floor are held. */
  readonly hold?: { readonly limits: HoldLimits; readonly keeper: Keeper } | undefined;
  /** Whether all telemetry of a trace comes by here; then spans approve their traces. */
  readonly seesWholeTraces: boolean;
  /** Present where predicates are followed. */
  readonly leases?: TraceLeases | undefined;
  readonly clock?: Clock;
}

export interface VerboseCapture extends Processor {
  /** Releases what may go and gives up what has waited long enough. Done by itself once started. */
  look(): Promise<void>;
}

/** Verbose capture with grants from wherever. */
export function createVerboseCapture(options: VerboseCaptureOptions): VerboseCapture {
  const { id, floor, needsSeverity, grants, metrics, leases, clock = systemClock } = options;
  const counts = captureCounts(id, metrics);
  const seen = options.seesWholeTraces ? new SeenTokens() : undefined;
  const roots = leases === undefined ? undefined : new RootApprover(grants, leases);
  const approvals = new TraceApprovals(grants, seen, counts);
  const holding =
    options.hold === undefined ? undefined : hold(options.hold, { id, approvals, clock, counts, metrics });
  const errors = holding === undefined ? undefined : new ErrorApprover(grants);
  const gate = new RecordGate({
    floor,
    needsSeverity,
    approvals,
    hold: holding?.held,
    errors,
    clock,
    counts,
  });
  const marker = new SpanMarker({ approvals, counts, seen, roots, errors });
  return {
    process(batch) {
      if (batch.signal === "logs") return gate.sift(batch);
      return batch.signal === "traces" ? marker.mark(batch) : batch;
    },
    look: async () => await holding?.look(),
    start: () => holding?.start(),
    shutdown: () => holding?.shutdown(),
  };
}

interface Holding extends Required<LifeCycle> {
  readonly held: HeldRecords;
  look(): Promise<void>;
}

interface HoldContext {
  readonly id: string;
  readonly approvals: TraceApprovals;
  readonly clock: Clock;
  readonly counts: CaptureCounts;
  readonly metrics: MetricRegistry;
}

function hold(
  { limits, keeper }: NonNullable<VerboseCaptureOptions["hold"]>,
  { id, approvals, clock, counts, metrics }: HoldContext,
): Holding {
  const giveUp = (records: number, reason: string) => {
    keeper.drop(records, reason);
    counts.dropped(reason, records);
  };
  const held = new HeldRecords(limits, clock, giveUp);
  const release = new HeldRelease({ hold: held, keeper, approvals, counts, monotonicMs: clock.monotonicMs });
  metrics.observe(CAPTURE_HELD_BYTES, { processor: id }, () => held.bytes);
  metrics.observe(CAPTURE_HELD_RECORDS, { processor: id }, () => held.records);
  const look = async () => {
    held.expire();
    await release.run();
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    held,
    look,
    start() {
      timer = setInterval(() => void look(), LOOK_MS).unref();
    },
    async shutdown() {
      clearInterval(timer);
      await release.settle();
      const records = held.clear();
      if (records > 0) giveUp(records, "shutdown");
    },
  };
}
