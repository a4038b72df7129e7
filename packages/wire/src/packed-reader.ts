import { OperatingError } from "@scrim/errors";
import { I32, I64 } from "./field-walker.ts";
import { VARINT_BYTES_MAX } from "./limits.ts";

/** Steps through the values of a packed field, which stand side by side without tags. */
export class PackedReader {
  /** The current value is `bytes[start, end)`. */
  start = 0;
  end = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #limit = 0;
  /** Bytes of one value; 0 for varints. */
  #size = 0;

  /** Points before the first value of wire type `wire` in `bytes[start, end)`. */
  enter(bytes: Uint8Array, wire: number, start: number, end: number): void {
    this.#bytes = bytes;
    this.#limit = end;
    this.#size = wire === I64 ? 8 : wire === I32 ? 4 : 0;
    this.start = this.end = start;
  }

  /** Moves to the next value; false behind the last. @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` */
  next(): boolean {
    if (this.end === this.#limit) return false;
    this.start = this.end;
    this.end = this.#size === 0 ? this.#varintEnd() : this.start + this.#size;
    if (this.end > this.#limit) throw this.#truncated();
    return true;
  }

  #varintEnd(): number {
    const stop = Math.min(this.#limit, this.start + VARINT_BYTES_MAX);
    for (let pos = this.start; pos < stop; pos++) if (this.#bytes[pos]! < 0x80) return pos + 1;
    if (stop < this.start + VARINT_BYTES_MAX) throw this.#truncated();
    throw new OperatingError("WIRE_MALFORMED", "not protobuf: a varint over ten bytes", {
      path: `byte ${this.start}`,
    });
  }

  #truncated(): OperatingError {
    return new OperatingError("WIRE_TRUNCATED", "the message ends inside a packed value", {
      path: `byte ${this.start}`,
    });
  }
}
