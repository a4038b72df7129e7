import { ownText } from "@scrim/grants";
import { withheldLabel } from "@scrim/redact";
import { copyOf, FAILED, keysOf, kindOf, lengthOf, read, setOwn } from "../read-value.ts";
import { type LogRecordTexts, RedactedLogRecord } from "../redacted-log-record.ts";
import type { LogRecordLike, SpanContextLike } from "../sdk-types.ts";

/** Members and elements of a record that are held, at all depths. */
const MEMBERS_MAX = 2_000;
const NESTING_MAX = 16;

/** What a number or the like takes, and what a member does beside its texts. */
const MEMBER_BYTES = 16;

/** A record as it was when it was logged. */
export interface RecordSnapshot {
  readonly record: LogRecordLike;
  /** About what it takes in memory. */
  readonly bytes: number;
}

/**
 * Copies a record that may wait: what the application does to its objects later changes nothing, each property is read once, and nothing larger
 * stays in memory with it.
 */
export function snapshotOf(record: LogRecordLike): RecordSnapshot {
  const copier = new Copier();
  const { severityText, eventName, body, attributes, spanContext } = record;
  const texts: LogRecordTexts = { attributes: {} };
  if (severityText !== undefined) texts.severityText = copier.text(String(severityText));
  if (eventName !== undefined) texts.eventName = copier.text(String(eventName));
  if (body !== undefined) texts.body = copier.value(body, 0);
  texts.attributes = copier.value(attributes, 0) as Record<string, unknown>;
  return {
    record: new RedactedLogRecord(record, texts, spanContext && ownSpanContext(spanContext)),
    bytes: copier.bytes,
  };
}

/** Ids of its own, and no trace state, which approves nothing where a record is held. */
export function ownSpanContext({ traceId, spanId, traceFlags }: SpanContextLike): SpanContextLike {
  return { traceId: ownText(traceId), spanId: ownText(spanId), traceFlags };
}

class Copier {
  bytes = 0;
  #members = MEMBERS_MAX;

  text(text: string): string {
    this.bytes += text.length;
    return ownText(text);
  }

  /** Names of properties are never parts of other texts. */
  key(key: string): string {
    this.bytes += key.length;
    return key;
  }

  value(value: unknown, nesting: number): unknown {
    this.bytes += MEMBER_BYTES;
    switch (typeof value) {
      case "string":
        return this.text(value);
      case "object":
        return value === null ? null : this.#object(value, nesting);
      case "number":
      case "boolean":
      case "undefined":
        return value;
      default:
        return value === FAILED ? withheldLabel("error").toString() : null; // exporters write no value either
    }
  }

  #object(value: object, nesting: number): unknown {
    if (nesting === NESTING_MAX) return withheldLabel("depth").toString();
    switch (kindOf(value)) {
      case "bytes": {
        const copy = copyOf(value as Uint8Array);
        if (copy === FAILED) return withheldLabel("error").toString();
        this.bytes += copy.length;
        return new Uint8Array(copy);
      }
      case "array":
        return this.#array(value as readonly unknown[], nesting);
      case "map":
        return this.#map(value, nesting);
      default:
        return withheldLabel("error").toString();
    }
  }

  #array(value: readonly unknown[], nesting: number): unknown[] {
    const copy: unknown[] = [];
    const length = lengthOf(value);
    for (let i = 0; i < length; i++) {
      if (this.#members-- <= 0) return [...copy, withheldLabel("record_size").toString()];
      copy.push(this.value(read(value, i), nesting + 1));
    }
    return copy;
  }

  #map(value: object, nesting: number): Record<string, unknown> | string {
    const keys = keysOf(value);
    if (keys === FAILED) return withheldLabel("error").toString();
    const copy: Record<string, unknown> = {};
    for (const key of keys) {
      const isLast = this.#members-- <= 0;
      setOwn(
        copy,
        this.key(key),
        isLast ? withheldLabel("record_size").toString() : this.value(read(value, key), nesting + 1),
      );
      if (isLast) break;
    }
    return copy;
  }
}
