import type { Approval } from "@scrim/grants";
import type { Batch } from "@scrim/pipeline";
import { ItemSieve, type SieveVisitor } from "../items/item-sieve.ts";
import { OwnAttributes, stripSurrounding } from "../items/own-attributes.ts";
import type { CaptureCounts } from "./capture-metrics.ts";
import type { ErrorApprover } from "./error-approver.ts";
import type { RootApprover } from "./root-approver.ts";
import type { SeenTokens } from "./seen-tokens.ts";
import { SPAN_ATTRIBUTES, Span } from "./span.ts";
import type { TraceApprovals } from "./trace-approvals.ts";

export interface SpanMarkerOptions {
  readonly approvals: TraceApprovals;
  readonly counts: CaptureCounts;
  /** Only where all of a trace comes by here: then its spans approve it for what has no token. */
  readonly seen: SeenTokens | undefined;
  /** The same, for what predicates say about its local roots. */
  readonly roots: RootApprover | undefined;
  /** Only where records are held: then spans that end with an error may approve their traces. */
  readonly errors: ErrorApprover | undefined;
}

/**
 * Marks the spans of approved traces, and takes out what senders may not set: `scrim.*`, unless they are trusted, and our member of
 * `tracestate`.
 */
export class SpanMarker implements SieveVisitor {
  readonly #options: SpanMarkerOptions;
  readonly #sieve = new ItemSieve();
  readonly #own = new OwnAttributes();
  readonly #span = new Span(this.#own);
  readonly surrounding: NonNullable<SieveVisitor["surrounding"]> = stripSurrounding(
    this.#sieve.edits,
    this.#own,
  );

  constructor(options: SpanMarkerOptions) {
    this.#options = options;
  }

  /** @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing along the way */
  mark(batch: Batch): Batch {
    this.#own.isSenderTrusted = batch.client.identity?.is_trusted === true;
    const bytes = this.#sieve.sieve("traces", batch.bytes, this);
    return { ...batch, bytes, approvals_checked: true };
  }

  stays(bytes: Buffer, start: number, end: number): boolean {
    const span = this.#span;
    const { edits } = this.#sieve;
    span.read(bytes, start, end, edits);
    const { approvals, counts } = this.#options;
    if (approvals.isEmpty || span.isMarked) return true;
    const traceId = span.traceId.hex(bytes);
    if (traceId === undefined) return true;
    const approval = this.#approvalOf(traceId, bytes, start, end);
    if (approval?.grant.takeRecord(end - start) === true) {
      span.mark(bytes, edits, approval.grant.grant.id);
      counts.markedSpan();
    }
    return true;
  }

  #approvalOf(traceId: string, bytes: Buffer, start: number, end: number): Approval | undefined {
    const { approvals, seen, roots, errors } = this.#options;
    const [token] = this.#span.tokens;
    const proven = token === undefined ? undefined : approvals.ofToken(token, traceId);
    if (proven !== undefined) {
      seen?.add(traceId, token!);
      return proven;
    }
    const found = approvals.ofTrace(traceId)?.approval;
    if (found !== undefined) return found;
    const byRoot = this.#span.isLocalRoot ? roots?.approve(traceId, bytes, start, end) : undefined;
    if (byRoot !== undefined || !this.#span.isError || errors?.isAny !== true) return byRoot;
    return errors.approve(traceId, bytes, start, end, SPAN_ATTRIBUTES);
  }
}
