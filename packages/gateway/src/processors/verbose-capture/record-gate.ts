import type { Clock } from "@scrim/grants";
import { type Batch, keptBytes, type Processed, type Sifted } from "@scrim/pipeline";
import { ItemSieve, type SieveVisitor } from "../items/item-sieve.ts";
import { OwnAttributes, stripSurrounding } from "../items/own-attributes.ts";
import type { ApprovedBy, CaptureCounts } from "./capture-metrics.ts";
import type { ErrorApprover } from "./error-approver.ts";
import { type HeldRecord, type HeldRecords, type Surroundings, surroundingsOf } from "./held-records.ts";
import { LogRecord, RECORD_ATTRIBUTES } from "./log-record.ts";
import type { FoundApproval, TraceApprovals } from "./trace-approvals.ts";

export interface RecordGateOptions {
  /** Records with a smaller `severityNumber` need an approval. */
  readonly floor: number;
  /** Whether records without a severity do. */
  readonly needsSeverity: boolean;
  readonly approvals: TraceApprovals;
  readonly hold: HeldRecords | undefined;
  /** Present where records are held: then those of ERROR may approve their traces. */
  readonly errors: ErrorApprover | undefined;
  readonly clock: Clock;
  readonly counts: CaptureCounts;
}

/** TRACE, the most verbose (OpenTelemetry log data model). */
const LEAST_SEVERITY = 1;

/** The least of ERROR. */
const ERROR = 17;

/** Why a record goes no further. */
type Refusal = "not_approved" | "grant_exhausted";

/** Lets log records below the floor pass only where their traces are approved. */
export class RecordGate implements SieveVisitor {
  readonly #options: RecordGateOptions;
  readonly #sieve = new ItemSieve();
  readonly #own = new OwnAttributes();
  readonly #record = new LogRecord(this.#own);
  readonly #surrounding = stripSurrounding(this.#sieve.edits, this.#own);

  #dropped = new Map<string, number>();
  #captured = new Map<ApprovedBy, number>();
  #held: HeldRecord[] = [];
  /** Their traces: a record of ERROR approves its trace in the middle of a batch, and what comes later may not overtake. */
  #heldTraces = new Set<string>();
  #client = "";
  #isAnyApproved = false;
  /** Where the scope began whose surroundings were copied last. */
  #scopeStart = -1;
  #surroundings: Surroundings | undefined;

  constructor(options: RecordGateOptions) {
    this.#options = options;
  }

  /** @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing along the way */
  sift(batch: Batch): Processed {
    const { approvals, hold, counts } = this.#options;
    this.#dropped = new Map();
    this.#captured = new Map();
    this.#held = [];
    this.#heldTraces = new Set();
    this.#client = hold?.nameOf(batch.client.address ?? "") ?? "";
    this.#isAnyApproved = !approvals.isEmpty;
    this.#scopeStart = -1;
    this.#own.isSenderTrusted = batch.client.identity?.is_trusted === true;
    const bytes = this.#sieve.sieve("logs", batch.bytes, this);
    for (const [reason, records] of this.#dropped) counts.dropped(reason, records);
    for (const [by, records] of this.#captured) counts.captured(by, records);
    const rest: Batch = { ...batch, bytes, items: this.#sieve.kept, approvals_checked: true };
    if (rest.items === batch.items) return rest;
    return this.#sifted(rest);
  }

  #sifted(batch: Batch): Sifted {
    const { hold } = this.#options;
    const held = this.#held;
    return {
      batch,
      dropped: this.#dropped,
      held: held.length,
      settled(isDelivered) {
        if (isDelivered) for (const record of held) hold!.add(record);
      },
    };
  }

  surrounding(bytes: Buffer, start: number, end: number, attributes: number): void {
    this.#surrounding(bytes, start, end, attributes);
  }

  stays(bytes: Buffer, start: number, end: number): boolean {
    const { floor, needsSeverity, hold, errors } = this.#options;
    const record = this.#record;
    const { isSenderTrusted } = this.#own;
    const isRefusedUnread = !this.#isAnyApproved && hold === undefined && !isSenderTrusted;
    record.read(bytes, start, end, isRefusedUnread ? floor : 0);
    const isBelow = record.severity === 0 ? needsSeverity : record.severity < floor;
    if (!isBelow) {
      record.strip(this.#sieve.edits);
      if (record.severity >= ERROR && errors?.isAny === true) this.#tellError(errors, bytes, start, end);
      return true;
    }
    if (record.isMarked) {
      record.strip(this.#sieve.edits);
      this.#count("sender");
      return true;
    }
    const refusal = isRefusedUnread ? "not_approved" : this.#judge(bytes, start, end);
    if (refusal === "captured") return true;
    if (refusal !== "held") this.#dropped.set(refusal, (this.#dropped.get(refusal) ?? 0) + 1);
    return false;
  }

  /** What is held of its trace, and what comes later, may go then. */
  #tellError(errors: ErrorApprover, bytes: Buffer, start: number, end: number): void {
    const traceId = this.#record.traceId.hex(bytes);
    if (traceId !== undefined) errors.approve(traceId, bytes, start, end, RECORD_ATTRIBUTES);
  }

  /** What becomes of a record below the floor. */
  #judge(bytes: Buffer, start: number, end: number): "captured" | "held" | Refusal {
    const { hold } = this.#options;
    const record = this.#record;
    const traceId = record.traceId.hex(bytes);
    if (traceId === undefined) return "not_approved";
    const found = this.#isAnyApproved ? this.#approvalOf(traceId) : undefined;
    const isBehindOthers =
      found?.by !== "token" && (hold?.has(traceId) === true || this.#heldTraces.has(traceId));
    if (found !== undefined && !isBehindOthers) return this.#capture(bytes, end - start, found);
    if (hold === undefined) return "not_approved";
    this.#hold(bytes, start, end, traceId);
    return "held";
  }

  /** The approval that allows a record as verbose as this one. */
  #approvalOf(traceId: string): FoundApproval | undefined {
    const { approvals } = this.#options;
    const { token } = this.#record;
    const severity = Math.max(LEAST_SEVERITY, this.#record.severity);
    const proven = token === undefined ? undefined : approvals.ofToken(token, traceId);
    if (proven !== undefined && severity >= proven.severity) return { approval: proven, by: "token" };
    const found = approvals.ofTrace(traceId);
    return found !== undefined && severity >= found.approval.severity ? found : undefined;
  }

  #capture(bytes: Buffer, size: number, { approval, by }: FoundApproval): "captured" | Refusal {
    if (!approval.grant.takeRecord(size)) return "grant_exhausted";
    const { edits } = this.#sieve;
    this.#record.strip(edits);
    this.#record.mark(bytes, edits, approval.grant.grant.id);
    this.#count(by);
    return "captured";
  }

  #count(by: ApprovedBy): void {
    this.#captured.set(by, (this.#captured.get(by) ?? 0) + 1);
  }

  #hold(bytes: Buffer, start: number, end: number, traceId: string): void {
    const sieve = this.#sieve;
    const { clock } = this.#options;
    if (sieve.scopeStart !== this.#scopeStart) {
      this.#scopeStart = sieve.scopeStart;
      this.#surroundings = surroundingsOf(bytes, sieve);
    }
    this.#heldTraces.add(traceId);
    this.#held.push({
      bytes: keptBytes(bytes.subarray(start, end)),
      surroundings: this.#surroundings!,
      traceId,
      severity: this.#record.severity,
      client: this.#client,
      arrivedWallMs: clock.wallMs(),
      arrivedMonotonicMs: clock.monotonicMs(),
    });
  }
}
