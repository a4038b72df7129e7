import type { Approval } from "@scrim/grants";
import { createBatch, type Keeper } from "@scrim/pipeline";
import { ItemSieve, type SieveVisitor } from "../items/item-sieve.ts";
import { OwnAttributes, stripSurrounding } from "../items/own-attributes.ts";
import type { CaptureCounts } from "./capture-metrics.ts";
import { type HeldRecord, type HeldRecords, requestOf } from "./held-records.ts";
import { LogRecord } from "./log-record.ts";
import type { FoundApproval, TraceApprovals } from "./trace-approvals.ts";

/** Bytes of records that are released in one batch. */
const BATCH_BYTES_MAX = 4 << 20;

/** After a release that could not be delivered, so long nothing is tried. */
const PAUSE_MS = 5_000;

export interface HeldReleaseOptions {
  readonly hold: HeldRecords;
  readonly keeper: Keeper;
  readonly approvals: TraceApprovals;
  readonly counts: CaptureCounts;
  readonly monotonicMs: () => number;
}

/** Lets held records go once their traces are approved: in the order they came, and as fast as the grant allows. */
export class HeldRelease {
  readonly #options: HeldReleaseOptions;
  #running: Promise<void> | undefined;
  #pausedUntilMs = 0;

  constructor(options: HeldReleaseOptions) {
    this.#options = options;
  }

  /** Looks at all traces that are waiting. To be called now and then; one look goes on until it is done. */
  async run(): Promise<void> {
    this.#running ??= this.#releaseAll().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Resolves when nothing is on its way any more. */
  async settle(): Promise<void> {
    await this.#running;
  }

  async #releaseAll(): Promise<void> {
    const { hold, approvals, monotonicMs } = this.#options;
    if (approvals.isEmpty || monotonicMs() < this.#pausedUntilMs) return;
    for (const traceId of [...hold.traceIds]) {
      const found = approvals.ofTrace(traceId);
      if (found !== undefined && !(await this.#release(traceId, found))) return;
    }
  }

  /** False where nothing can be delivered now. */
  async #release(traceId: string, { approval, by }: FoundApproval): Promise<boolean> {
    const { hold, keeper, counts, monotonicMs } = this.#options;
    const records = takeAllowed(hold.ofTrace(traceId), approval);
    if (records.length === 0) return true;
    for (const record of records) hold.remove(record);
    const bytes = marked(requestOf(records), approval.grant.grant.id);
    const batch = createBatch("logs", bytes, { address: undefined });
    const outcome = await keeper.release({ ...batch, approvals_checked: true });
    if (outcome.status === "delivered") {
      counts.captured(by, records.length);
    } else if (outcome.status === "failed" && outcome.retryable) {
      for (const record of records) hold.add(record);
      this.#pausedUntilMs = monotonicMs() + Math.max(PAUSE_MS, outcome.retry_after_ms);
      return false;
    } else {
      keeper.drop(records.length, "release_failed");
      counts.dropped("release_failed", records.length);
    }
    return true;
  }
}

/** The records that a grant allows now, from the oldest on: those that came while the trace was approved, or as far before as the grant looks back. */
function takeAllowed(
  records: Iterable<HeldRecord>,
  { grant, severity, heldSinceMs }: Approval,
): HeldRecord[] {
  const allowed: HeldRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    if (record.severity < severity || record.arrivedWallMs < heldSinceMs) continue;
    if (bytes > BATCH_BYTES_MAX || !grant.takeRecord(record.bytes.length)) break;
    bytes += record.bytes.length;
    allowed.push(record);
  }
  return allowed;
}

/** The request with its records marked, and without what their senders may not set. */
function marked(request: Buffer, grant: string): Buffer {
  const sieve = new ItemSieve();
  const record = new LogRecord(new OwnAttributes());
  const visitor: SieveVisitor = {
    surrounding: stripSurrounding(sieve.edits),
    stays(bytes, start, end) {
      record.read(bytes, start, end, 0);
      record.strip(sieve.edits);
      record.mark(bytes, sieve.edits, grant);
      return true;
    },
  };
  return sieve.sieve("logs", request, visitor);
}
