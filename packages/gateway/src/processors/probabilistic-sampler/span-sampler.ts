import { FieldWalker, LEN, uint32Size, writeUint32 } from "@scrim/wire";
import { isGrantMark } from "../items/grant-mark.ts";
import type { ItemSieve, SieveVisitor } from "../items/item-sieve.ts";
import { TraceIdField } from "../items/trace-id-field.ts";
import type { ItemRandomness } from "./item-randomness.ts";
import type { SamplingPolicy } from "./sampler-metrics.ts";
import type { Decide } from "./sampling-decision.ts";
import { carriedIn, withSampling } from "./sampling-trace-state.ts";
import type { Halves, Threshold } from "./threshold.ts";

/** Field numbers of `Span` (opentelemetry/proto/trace/v1/trace.proto). */
const TRACE_ID = 1;
const TRACE_STATE = 3;
const ATTRIBUTES = 9;

export interface SpanSamplerOptions {
  readonly sieve: ItemSieve;
  readonly decide: Decide;
  readonly randomness: ItemRandomness;
  readonly count: (policy: SamplingPolicy, isKept: boolean) => void;
}

/** Samples spans where they lie, and writes the threshold that they passed into their `tracestate`. */
export class SpanSampler implements SieveVisitor {
  /** Whether marks on the spans are our own. */
  trustsMarks = false;
  /** Spans of the batch that were dropped because they contradict themselves. */
  faults = 0;

  readonly #options: SpanSamplerOptions;
  readonly #walker = new FieldWalker();
  readonly #traceId = new TraceIdField();
  #isMarked = false;
  /** The payloads of `trace_state`: one, in what is well formed. */
  #states = 0;
  #stateTag = 0;
  #stateStart = 0;
  #stateEnd = 0;

  constructor(options: SpanSamplerOptions) {
    this.#options = options;
  }

  stays(bytes: Buffer, start: number, end: number): boolean {
    this.#read(bytes, start, end);
    const { decide, randomness, count } = this.#options;
    const state = this.#states === 0 ? "" : bytes.toString("latin1", this.#stateStart, this.#stateEnd);
    const carried = carriedIn(this.#states > 1 ? TOO_LONG : state);
    const own = randomness.ofTraceId(bytes, this.#traceId);
    const decision = decide(carried, own);
    const policy = decision.isFault ? "fault" : randomness.policyOf(carried);
    const isKept = decision.isKept || this.#isMarked;
    count(this.#isMarked ? "grant" : policy, isKept);
    if (!isKept && decision.isFault) this.faults++;
    if (!isKept || this.#states > 1) return isKept;
    // What is kept for another reason than its randomness has no threshold.
    const { threshold } = decision;
    this.#write(bytes, state, threshold, threshold === undefined ? undefined : randomness.toWrite(own));
    return true;
  }

  #read(bytes: Buffer, start: number, end: number): void {
    const walker = this.#walker;
    this.#traceId.clear();
    this.#isMarked = false;
    this.#states = 0;
    walker.enter(bytes, start, end);
    while (walker.next()) {
      if (walker.wire !== LEN) continue;
      if (walker.field === TRACE_ID) this.#traceId.add(bytes, walker);
      else if (walker.field === TRACE_STATE) this.#addState(walker);
      else if (walker.field === ATTRIBUTES && this.trustsMarks)
        this.#isMarked ||= isGrantMark(bytes, walker.start, walker.end);
    }
  }

  #addState({ tag, start, end }: FieldWalker): void {
    this.#states++;
    this.#stateTag = tag;
    this.#stateStart = start;
    this.#stateEnd = end;
  }

  #write(
    bytes: Buffer,
    state: string,
    threshold: Threshold | undefined,
    randomness: Halves | undefined,
  ): void {
    const next = withSampling(state, threshold, randomness);
    if (next === state) return;
    const { edits } = this.#options.sieve;
    const field = traceStateField(next);
    if (this.#states > 0) edits.replace(this.#stateTag, this.#stateEnd, field);
    else if (this.#traceId.isValid) this.#traceId.addBehind(bytes, edits, field);
  }
}

/** Two of them can't both be right. */
const TOO_LONG = ",".repeat(1_024);

function traceStateField(text: string): Buffer {
  const payload = Buffer.from(text, "latin1");
  const header = Buffer.alloc(1 + uint32Size(payload.length));
  header[0] = (TRACE_STATE << 3) | LEN;
  writeUint32(header, 1, payload.length);
  return Buffer.concat([header, payload]);
}
