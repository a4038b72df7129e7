import type { Limits } from "@scrim/policy";
import { type WithheldReason, withheldLabel } from "@scrim/redact";
import {
  ARRAY_VALUE,
  BOOL_VALUE,
  BYTES_VALUE,
  DOUBLE_VALUE,
  INT_VALUE,
  KEY,
  KVLIST_VALUE,
  LEN,
  ProtoWriter,
  STRING_VALUE,
  VALUE,
  VARINT,
} from "@scrim/wire";
import { copyOf, FAILED, keysOf, kindOf, lengthOf, read, setOwn } from "./read-value.ts";

/** `values` of a list. */
const VALUES = 1;
const I64 = 1;

const INT64_END = 2 ** 63;

/** Containers inside one another. The engine withholds those below: each is at least two of its hundred levels. */
const NESTING_MAX = 50;

/** What of a record is written at all; a longer text could only be cut. */
const RECORD_BYTES_MAX = 16 << 20;

/** UTF-8 takes at most so many bytes for a code unit. */
const BYTES_PER_UNIT = 3;

/**
 * Writes an application's values as OTLP, as the SDK's own exporters would, and copies them on the way. Each property
 * is read once; what throws when it is read is withheld. Cycles, proxies and endless structures end at
 * the limits past which the engine withholds everything.
 */
export class ValueWriter {
  readonly out: ProtoWriter = new ProtoWriter(1024);
  /** What was not even written, by reason: the engine sees the label only. */
  readonly withheld = new Map<WithheldReason, number>();
  readonly #nodesMax: number;
  #nodes = 0;
  #bytesLeft = RECORD_BYTES_MAX;

  constructor(limits: Limits) {
    this.#nodesMax = limits.record_nodes_max;
  }

  /** Makes the writer as new, for the next record. */
  reset(): void {
    this.out.reset();
    this.beginPoint();
    if (this.withheld.size > 0) this.withheld.clear();
  }

  /** Gives the limits of a record to what follows: each point of a metric has them for itself. */
  beginPoint(): void {
    this.#nodes = 0;
    this.#bytesLeft = RECORD_BYTES_MAX;
  }

  /** Begins a field that is a message; `out.close` ends it. */
  open(field: number): number {
    this.out.uint32((field << 3) | LEN);
    return this.out.open();
  }

  /** Writes a string field of any message. Returns what the copy has. */
  text(field: number, text: string): string {
    const written = this.#fitting(text);
    const frame = this.open(field);
    this.#write(written);
    this.out.close(frame);
    return written;
  }

  /** Writes a bytes field of any message. */
  bytes(field: number, bytes: Buffer): void {
    this.out.uint32((field << 3) | LEN);
    this.out.uint32(bytes.length);
    this.out.bytes(bytes, 0, bytes.length);
  }

  /** Writes an id, by its hexadecimal digits; nothing for the empty one. */
  id(field: number, digits: string): void {
    if (digits !== "") this.bytes(field, Buffer.from(digits, "hex"));
  }

  /** Writes each own enumerable property as a `KeyValue` of the field. */
  attributes(field: number, attributes: object): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    const keys = keysOf(attributes);
    if (keys === FAILED) {
      this.#keyValue(field, "", FAILED, copy, 0);
      return copy;
    }
    this.#members(field, attributes, keys, copy, 0);
    return copy;
  }

  #members(
    field: number,
    source: object,
    keys: readonly string[],
    copy: Record<string, unknown>,
    nesting: number,
  ): void {
    for (let i = 0; i < keys.length && this.#takeNode(keys.length - i); i++) {
      const key = keys[i]!;
      this.#keyValue(field, key, read(source, key), copy, nesting);
    }
  }

  /** Whether the record may have another attribute or element, as the engine counts them. If not, the `left` ones are withheld. */
  #takeNode(left: number): boolean {
    if (this.#nodes++ < this.#nodesMax) return true;
    this.#withhold("record_nodes", left);
    return false;
  }

  #keyValue(
    field: number,
    key: string,
    value: unknown,
    copy: Record<string, unknown>,
    nesting: number,
  ): void {
    const { out } = this;
    const pair = this.open(field);
    const written = this.text(KEY, key);
    const copied = this.value(VALUE, value, nesting);
    out.close(pair);
    setOwn(copy, written, copied);
  }

  /** Writes an `AnyValue` field. Returns the copy of the value. */
  value(field: number, value: unknown, nesting = 0): unknown {
    const { out } = this;
    const frame = this.open(field);
    const copy = this.#anyValue(value, nesting);
    out.close(frame);
    return copy;
  }

  #anyValue(value: unknown, nesting: number): unknown {
    const { out } = this;
    switch (typeof value) {
      case "string":
        return this.text(STRING_VALUE, value);
      case "boolean":
        out.uint32((BOOL_VALUE << 3) | VARINT);
        out.uint32(value ? 1 : 0);
        return value;
      case "number":
        this.#number(value);
        return value;
      case "object":
        return value === null ? null : this.#object(value, nesting);
      case "undefined":
        return value;
      default:
        return value === FAILED ? this.#label("error") : null; // exporters write no value either
    }
  }

  #number(value: number): void {
    const { out } = this;
    if (Number.isInteger(value) && value >= -INT64_END && value < INT64_END) {
      out.uint32((INT_VALUE << 3) | VARINT);
      out.varint(Number.isSafeInteger(value) ? value : BigInt(value));
    } else {
      out.uint32((DOUBLE_VALUE << 3) | I64);
      out.double(value);
    }
  }

  #object(value: object, nesting: number): unknown {
    switch (kindOf(value)) {
      case "bytes":
        return this.#binary(value as Uint8Array);
      case "array":
        return this.#array(value as readonly unknown[], nesting);
      case "map":
        return this.#map(value, nesting);
      default:
        return this.#label("error");
    }
  }

  #binary(value: Uint8Array): unknown {
    const copy = copyOf(value);
    if (copy === FAILED) return this.#label("error");
    if (copy.length > this.#bytesLeft) return this.#label("record_size");
    this.#bytesLeft -= copy.length;
    this.bytes(BYTES_VALUE, copy);
    return new Uint8Array(copy);
  }

  #array(value: readonly unknown[], nesting: number): unknown[] {
    const { out } = this;
    const copy: unknown[] = [];
    const frame = this.open(ARRAY_VALUE);
    const length = nesting < NESTING_MAX ? lengthOf(value) : 0;
    for (let i = 0; i < length && this.#takeNode(length - i); i++)
      copy.push(this.value(VALUES, read(value, i), nesting + 1));
    out.close(frame);
    return copy;
  }

  #map(value: object, nesting: number): Record<string, unknown> | string {
    const { out } = this;
    const keys = nesting < NESTING_MAX ? keysOf(value) : [];
    if (keys === FAILED) return this.#label("error");
    const copy: Record<string, unknown> = {};
    const frame = this.open(KVLIST_VALUE);
    this.#members(VALUES, value, keys, copy, nesting + 1);
    out.close(frame);
    return copy;
  }

  /** The text itself, or what stands for one for which there is no room. */
  #fitting(text: string): string {
    const bytes = text.length > this.#bytesLeft ? Number.POSITIVE_INFINITY : text.length * BYTES_PER_UNIT;
    if (bytes > this.#bytesLeft && Buffer.byteLength(text) > this.#bytesLeft) {
      return this.#countedLabel("record_size");
    }
    this.#bytesLeft -= text.length;
    return text;
  }

  #label(reason: WithheldReason): string {
    return this.text(STRING_VALUE, this.#countedLabel(reason));
  }

  #countedLabel(reason: WithheldReason): string {
    this.#withhold(reason, 1);
    return withheldLabel(reason).toString();
  }

  #withhold(reason: WithheldReason, count: number): void {
    this.withheld.set(reason, (this.withheld.get(reason) ?? 0) + count);
  }

  #write(text: string): void {
    const length = Buffer.byteLength(text);
    const at = this.out.room(length);
    this.out.target.write(text, at);
  }
}
