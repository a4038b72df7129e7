import { TOKEN_LENGTH } from "@scrim/grants";
import { type EditList, FieldWalker, LEN, readInt32, VARINT } from "@scrim/wire";
import { grantMark, isGrantMark } from "../items/grant-mark.ts";
import type { OwnAttributes } from "../items/own-attributes.ts";
import { TraceIdField } from "../items/trace-id-field.ts";

/** Field numbers of `LogRecord` (opentelemetry/proto/logs/v1/logs.proto). */
const SEVERITY_NUMBER = 2;
export const RECORD_ATTRIBUTES = 6;
const TRACE_ID = 9;

/** What decides about a log record, read where it lies. One reader serves record after record. */
export class LogRecord {
  /** The least `severityNumber` that it claims, where it claims several; 0 where it has none. */
  severity = 0;
  /** What the last `scrim.token` says. */
  token: string | undefined;
  readonly traceId: TraceIdField = new TraceIdField();
  /** Whether a trusted sender says that a grant allowed it. */
  isMarked = false;

  readonly #walker = new FieldWalker();
  readonly #own: OwnAttributes;
  /** Whole fields of attributes that senders may not set: start, end, start, end. */
  readonly #ownFields: number[] = [];

  constructor(own: OwnAttributes) {
    this.#own = own;
  }

  /** Reads `bytes[start, end)`. Stops early, with the rest unread, at a severity below `enough`. */
  read(bytes: Buffer, start: number, end: number, enough: number): void {
    const walker = this.#walker;
    this.severity = 0;
    this.token = undefined;
    this.isMarked = false;
    this.traceId.clear();
    this.#ownFields.length = 0;
    walker.enter(bytes, start, end);
    while (walker.next()) {
      switch (walker.field) {
        case RECORD_ATTRIBUTES:
          if (walker.wire === LEN) this.#attribute(bytes, walker);
          break;
        case SEVERITY_NUMBER:
          if (walker.wire === VARINT) this.#claimSeverity(severityOf(bytes, walker));
          if (this.severity > 0 && this.severity < enough) return;
          break;
        case TRACE_ID:
          if (walker.wire === LEN) this.traceId.add(bytes, walker);
          break;
        default:
      }
    }
  }

  #claimSeverity(severity: number): void {
    if (severity > 0) this.severity = this.severity === 0 ? severity : Math.min(this.severity, severity);
  }

  #attribute(bytes: Buffer, { tag, start, end }: FieldWalker): void {
    const own = this.#own;
    if (own.isSenderTrusted) this.isMarked ||= isGrantMark(bytes, start, end);
    if (!own.isOwn(bytes, start, end)) return;
    this.#ownFields.push(tag, end);
    this.token = own.tokenOf(bytes, start, end, TOKEN_LENGTH) ?? this.token;
  }

  /** Takes out what its sender may not set. */
  strip(edits: EditList): void {
    for (let at = 0; at < this.#ownFields.length; at += 2)
      edits.drop(this.#ownFields[at]!, this.#ownFields[at + 1]!);
  }

  /** Says by which grant it was captured. It has a trace id. */
  mark(bytes: Buffer, edits: EditList, grant: string): void {
    this.traceId.addBehind(bytes, edits, grantMark(RECORD_ATTRIBUTES, grant));
  }
}

function severityOf(bytes: Buffer, { start, end }: FieldWalker): number {
  return end - start === 1 ? bytes[start]! : readInt32(bytes, start, end);
}
