import {
  BOOL_VALUE,
  BYTES_VALUE,
  DOUBLE_VALUE,
  FieldWalker,
  I64,
  INT_VALUE,
  KEY,
  LEN,
  readInt64,
  STRING_VALUE,
  VALUE,
  VARINT,
} from "@scrim/wire";
import { isGrantMark } from "../items/grant-mark.ts";
import type { ItemSieve, SieveVisitor } from "../items/item-sieve.ts";
import { plainKeyLength } from "../items/plain-key-value.ts";
import { TraceIdField } from "../items/trace-id-field.ts";
import type { ItemRandomness } from "./item-randomness.ts";
import type { SamplingPolicy } from "./sampler-metrics.ts";
import type { Carried, Decide } from "./sampling-decision.ts";
import {
  DIGITS_MAX,
  digitsOf,
  type Halves,
  parseRandomness,
  parseThreshold,
  type Threshold,
} from "./threshold.ts";

/** Field numbers of `LogRecord` (opentelemetry/proto/logs/v1/logs.proto). */
const ATTRIBUTES = 6;
const TRACE_ID = 9;

/** Records have no `tracestate`, so that what it would say stands in attributes. */
const THRESHOLD = Buffer.from("sampling.threshold");
const RANDOMNESS = Buffer.from("sampling.randomness");

export interface LogSamplerOptions {
  readonly sieve: ItemSieve;
  readonly decide: Decide;
  readonly randomness: ItemRandomness;
  readonly count: (policy: SamplingPolicy, isKept: boolean) => void;
  /** The attribute that decides instead of a trace id, always or where there is none. */
  readonly attribute: string | undefined;
  readonly usesTraceId: boolean;
}

/** Samples log records where they lie, and writes the threshold that they passed into an attribute. */
export class LogSampler implements SieveVisitor {
  /** Whether marks on the records are our own. */
  trustsMarks = false;
  /** Records of the batch that were dropped because they contradict themselves, or have no randomness. */
  faults = 0;

  readonly #options: LogSamplerOptions;
  readonly #attribute: Buffer | undefined;
  readonly #walker = new FieldWalker();
  readonly #keyValue = new FieldWalker();
  readonly #traceId = new TraceIdField();
  #isMarked = false;
  #threshold: string | undefined;
  #randomness: string | undefined;
  #source: Uint8Array | undefined;
  /** Whole fields of thresholds: start, end, start, end. */
  readonly #thresholdFields: number[] = [];
  #written: { readonly threshold: Threshold; readonly attribute: Buffer } | undefined;
  /** The first field of the record. */
  #firstTag = -1;
  #firstEnd = 0;

  constructor(options: LogSamplerOptions) {
    this.#options = options;
    this.#attribute = options.attribute === undefined ? undefined : Buffer.from(options.attribute);
  }

  stays(bytes: Buffer, start: number, end: number): boolean {
    this.#read(bytes, start, end);
    const { decide, randomness, count, usesTraceId } = this.#options;
    const carried = this.#carried();
    const fromTrace = usesTraceId ? randomness.ofTraceId(bytes, this.#traceId) : undefined;
    const isFromAttribute = fromTrace === undefined && this.#source !== undefined;
    const own = isFromAttribute ? randomness.ofValue(this.#source!) : fromTrace;
    const decision = decide(carried, own);
    const isKept = decision.isKept || this.#isMarked;
    count(this.#policyOf(carried, own, isFromAttribute), isKept);
    if (!isKept && decision.isFault) this.faults++;
    if (isKept) {
      const isToldOn = !decision.isFault && decision.threshold !== undefined && !carried.randomness;
      const told = isToldOn ? (isFromAttribute ? own : randomness.toWrite(own)) : undefined;
      this.#write(bytes, decision.threshold, told);
    }
    return isKept;
  }

  #policyOf(carried: Carried, own: Halves | undefined, isFromAttribute: boolean): SamplingPolicy {
    if (this.#isMarked) return "grant";
    if (carried.isMalformed) return "fault";
    if (carried.randomness === undefined && own === undefined) return "missing_randomness";
    return isFromAttribute && carried.randomness === undefined
      ? "attribute"
      : this.#options.randomness.policyOf(carried);
  }

  #read(bytes: Buffer, start: number, end: number): void {
    const walker = this.#walker;
    this.#traceId.clear();
    this.#isMarked = false;
    this.#threshold = undefined;
    this.#randomness = undefined;
    this.#source = undefined;
    this.#thresholdFields.length = 0;
    this.#firstTag = -1;
    walker.enter(bytes, start, end);
    while (walker.next()) {
      if (this.#firstTag < 0) {
        this.#firstTag = walker.tag;
        this.#firstEnd = walker.end;
      }
      if (walker.wire !== LEN) continue;
      if (walker.field === TRACE_ID) this.#traceId.add(bytes, walker);
      else if (walker.field === ATTRIBUTES) this.#readAttribute(bytes, walker);
    }
  }

  #readAttribute(bytes: Buffer, { tag, start, end }: FieldWalker): void {
    if (this.trustsMarks) this.#isMarked ||= isGrantMark(bytes, start, end);
    const plain = plainKeyLength(bytes, start, end);
    if (plain >= 0 && !this.#mayBeName(plain)) return;
    const keyValue = this.#keyValue;
    let name: Buffer | undefined;
    let valueStart = 0;
    let valueEnd = 0;
    keyValue.enter(bytes, start, end);
    while (keyValue.next()) {
      if (keyValue.wire !== LEN) continue;
      if (keyValue.field === KEY) name = this.#nameOf(bytes, keyValue.start, keyValue.end);
      if (keyValue.field === VALUE) {
        valueStart = keyValue.start;
        valueEnd = keyValue.end;
      }
    }
    if (name === undefined) return;
    const value = scalarIn(bytes, keyValue, valueStart, valueEnd);
    if (name === this.#attribute && value !== undefined && value.length > 0) this.#source = value;
    if (name === RANDOMNESS) this.#randomness = digits(value);
    if (name !== THRESHOLD) return;
    this.#threshold = digits(value);
    this.#thresholdFields.push(tag, end);
  }

  /** Whether one of our names has this length. */
  #mayBeName(length: number): boolean {
    return length === THRESHOLD.length || length === RANDOMNESS.length || length === this.#attribute?.length;
  }

  /** The one of our names that a key is. */
  #nameOf(bytes: Buffer, start: number, end: number): Buffer | undefined {
    if (isEqual(THRESHOLD, bytes, start, end)) return THRESHOLD;
    if (isEqual(RANDOMNESS, bytes, start, end)) return RANDOMNESS;
    const attribute = this.#attribute;
    return attribute !== undefined && isEqual(attribute, bytes, start, end) ? attribute : undefined;
  }

  #carried(): Carried {
    const threshold = this.#threshold === undefined ? undefined : parseThreshold(this.#threshold);
    const randomness = this.#randomness === undefined ? undefined : parseRandomness(this.#randomness);
    const isMalformed =
      (this.#threshold !== undefined && threshold === undefined) ||
      (this.#randomness !== undefined && randomness === undefined) ||
      this.#thresholdFields.length > 2;
    return { threshold, randomness, isMalformed };
  }

  /** The same for most records, so that it is made once. */
  #thresholdAttribute(threshold: Threshold): Buffer {
    if (this.#written?.threshold !== threshold)
      this.#written = { threshold, attribute: attribute(THRESHOLD, threshold.text) };
    return this.#written.attribute;
  }

  #write(bytes: Buffer, threshold: Threshold | undefined, randomness: Halves | undefined): void {
    if (threshold?.text === this.#threshold && randomness === undefined) return;
    const { edits } = this.#options.sieve;
    const fields = [
      ...(threshold === undefined ? [] : [this.#thresholdAttribute(threshold)]),
      ...(randomness === undefined ? [] : [attribute(RANDOMNESS, digitsOf(randomness))]),
    ];
    const replaced = this.#thresholdFields;
    if (replaced.length > 0) {
      edits.replace(replaced[0]!, replaced[1]!, Buffer.concat(fields));
      for (let at = 2; at < replaced.length; at += 2) edits.drop(replaced[at]!, replaced[at + 1]!);
    } else if (fields.length > 0) {
      const first = bytes.subarray(this.#firstTag, this.#firstEnd);
      edits.replace(this.#firstTag, this.#firstEnd, Buffer.concat([first, ...fields]));
    }
  }
}

function isEqual(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return end - start === name.length && bytes.compare(name, 0, name.length, start, end) === 0;
}

/** A text that may be a threshold or randomness; what is longer or no text is none of both. */
function digits(value: Buffer | undefined): string {
  return value !== undefined && value.length <= DIGITS_MAX ? value.toString("latin1") : "?";
}

/** The bytes of a scalar: those of its text, where it is a number. */
function scalarIn(bytes: Buffer, walker: FieldWalker, start: number, end: number): Buffer | undefined {
  let value: Buffer | undefined;
  walker.enter(bytes, start, end);
  while (walker.next()) value = scalarOf(bytes, walker);
  return value;
}

function scalarOf(bytes: Buffer, { field, wire, start, end }: FieldWalker): Buffer | undefined {
  switch (wire) {
    case LEN:
      return field === STRING_VALUE || field === BYTES_VALUE ? bytes.subarray(start, end) : undefined;
    case VARINT:
      if (field === BOOL_VALUE) return Buffer.from(bytes[start] === 0 ? "false" : "true");
      return field === INT_VALUE ? Buffer.from(readInt64(bytes, start, end).toString()) : undefined;
    case I64:
      return field === DOUBLE_VALUE ? Buffer.from(String(bytes.readDoubleLE(start))) : undefined;
    default:
      return undefined;
  }
}

/** An attribute with a short text. */
function attribute(name: Buffer, text: string): Buffer {
  const value = lengthDelimited(VALUE, lengthDelimited(STRING_VALUE, Buffer.from(text, "latin1")));
  return lengthDelimited(ATTRIBUTES, Buffer.concat([lengthDelimited(KEY, name), value]));
}

/** A field of fewer than 128 bytes. */
function lengthDelimited(field: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.of((field << 3) | LEN, payload.length), payload]);
}
