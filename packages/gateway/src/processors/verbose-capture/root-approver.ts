import type { Approval, GrantSet, TraceLeases } from "@scrim/grants";
import {
  BOOL_VALUE,
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

/** Field number of `Span.attributes` (opentelemetry/proto/trace/v1/trace.proto). */
const ATTRIBUTES = 9;

/** Attributes of a span that are looked at: more than the SDKs' own limit, which is 128. */
const ATTRIBUTES_MAX = 256;

/** Longer texts are not compared with. */
const TEXT_BYTES_MAX = 8_192;

type Attribute = string | number | boolean | undefined;

/** Approves traces by the attributes of their local roots, as far as there are leases. */
export class RootApprover {
  readonly #grants: GrantSet;
  readonly #leases: TraceLeases;
  readonly #span = new FieldWalker();
  readonly #keyValue = new FieldWalker();
  readonly #value = new FieldWalker();

  constructor(grants: GrantSet, leases: TraceLeases) {
    this.#grants = grants;
    this.#leases = leases;
  }

  /** Approves the trace whose local root is the span in `bytes[start, end)`, if a predicate is true of it and a trace is leased. */
  approve(traceId: string, bytes: Buffer, start: number, end: number): Approval | undefined {
    if (this.#grants.withPredicate.length === 0) return undefined;
    const grant = this.#grants.forRoot(this.#attributes(bytes, start, end));
    if (grant === undefined || !this.#leases.take(grant)) return undefined;
    return this.#grants.approve(grant, traceId);
  }

  /** What a predicate can look at: texts, numbers and booleans. Of a key that occurs twice neither, since decoders differ on it. */
  #attributes(bytes: Buffer, start: number, end: number): Readonly<Record<string, Attribute>> {
    const attributes: Record<string, Attribute> = Object.create(null);
    const span = this.#span;
    let count = 0;
    span.enter(bytes, start, end);
    while (span.next() && count < ATTRIBUTES_MAX) {
      if (span.field !== ATTRIBUTES || span.wire !== LEN) continue;
      count++;
      const { key, value } = this.#attribute(bytes, span.start, span.end);
      attributes[key] = key in attributes ? undefined : value;
    }
    return attributes;
  }

  #attribute(bytes: Buffer, start: number, end: number): { key: string; value: Attribute } {
    const keyValue = this.#keyValue;
    let key = "";
    let value: Attribute;
    keyValue.enter(bytes, start, end);
    while (keyValue.next()) {
      if (keyValue.wire !== LEN) continue;
      if (keyValue.field === KEY && keyValue.end - keyValue.start <= TEXT_BYTES_MAX)
        key = bytes.toString("utf8", keyValue.start, keyValue.end);
      if (keyValue.field === VALUE) value = this.#scalar(bytes, keyValue.start, keyValue.end);
    }
    return { key, value };
  }

  #scalar(bytes: Buffer, start: number, end: number): Attribute {
    const value = this.#value;
    let scalar: Attribute;
    value.enter(bytes, start, end);
    while (value.next()) scalar = scalarOf(bytes, value);
    return scalar;
  }
}

function scalarOf(bytes: Buffer, { field, wire, start, end }: FieldWalker): Attribute {
  switch (wire) {
    case LEN:
      return field === STRING_VALUE && end - start <= TEXT_BYTES_MAX
        ? bytes.toString("utf8", start, end)
        : undefined;
    case VARINT:
      if (field === BOOL_VALUE) return bytes[start] !== 0;
      return field === INT_VALUE ? Number(readInt64(bytes, start, end)) : undefined;
    case I64:
      return field === DOUBLE_VALUE ? bytes.readDoubleLE(start) : undefined;
    default:
      return undefined;
  }
}
