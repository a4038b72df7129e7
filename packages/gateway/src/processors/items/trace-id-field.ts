import type { EditList, FieldWalker } from "@scrim/wire";

const TRACE_ID_BYTES = 16;

/**
 * The trace id of one log record or span. Where it occurs several times, decoders disagree about which counts, so that the item
 * belongs to no trace unless all are the same.
 */
export class TraceIdField {
  /** The first of its fields: `bytes[tag, end)`; -1 where there is none. */
  #tag = -1;
  #start = 0;
  #end = 0;
  #isGood = false;

  clear(): void {
    this.#tag = -1;
    this.#isGood = false;
  }

  add(bytes: Buffer, { tag, start, end }: FieldWalker): void {
    if (this.#tag < 0) {
      this.#tag = tag;
      this.#start = start;
      this.#end = end;
      this.#isGood = end - start === TRACE_ID_BYTES && !isZero(bytes, start, end);
    } else if (bytes.compare(bytes, this.#start, this.#end, start, end) !== 0) {
      this.#isGood = false;
    }
  }

  /** Whether there is a trace id, and only one. */
  get isValid(): boolean {
    return this.#isGood;
  }

  /** Where its 16 bytes begin. */
  get start(): number {
    return this.#start;
  }

  /** 32 hexadecimal digits; undefined where the item belongs to no trace. */
  hex(bytes: Buffer): string | undefined {
    return this.#isGood ? bytes.toString("hex", this.#start, this.#end) : undefined;
  }

  /** Puts whole fields behind it. */
  addBehind(bytes: Buffer, edits: EditList, fields: Buffer): void {
    edits.replace(this.#tag, this.#end, Buffer.concat([bytes.subarray(this.#tag, this.#end), fields]));
  }
}

function isZero(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}
