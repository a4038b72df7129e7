import assert from "node:assert";
import { uint32Size, writeUint32 } from "./varint.ts";

/** A writer that is used again keeps no more memory than this. */
const KEPT_BYTES_MAX = 1 << 20;

const COLUMNS = 2; // position of the payload, its size

/**
 * Writes protobuf front to back, when the length of a message is known only behind its last field.
 *
 * The bet: lengths are left out at first and noted as frames; {@link finish} copies everything once and puts
 * them in. Reserving one byte and moving the payload if it needs more copies a text once for each message
 * around it, up to a hundred times; reserving five makes lengths that are legal but longer than they need to be.
 */
export class ProtoWriter {
  #bytes: Buffer;
  #length = 0;
  /** One row for each message and packed field, in the order of the bytes. */
  #frames = new Int32Array(256 * COLUMNS);
  #framesLength = 0;
  /** Bytes that the lengths of all frames closed so far will take. */
  #lengths = 0;

  /** `size` is how many bytes to expect; more are taken as needed. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(64, size));
  }

  /** Forgets what was written, and is ready for the next message. */
  reset(): void {
    this.#length = 0;
    this.#framesLength = 0;
    this.#lengths = 0;
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = Buffer.allocUnsafe(KEPT_BYTES_MAX);
  }

  /** A tag or a length, or any other integer in [0, 2^32). */
  uint32(value: number): void {
    this.#reserve(5);
    this.#length = writeUint32(this.#bytes, this.#length, value);
  }

  /** A varint of 64 bits. Negative numbers take ten bytes, those of int32 too. */
  varint(value: number | bigint): void {
    const at = this.#reserve(10);
    this.fixed64(value); // for its two halves; overwritten below
    const bytes = this.#bytes;
    let low = bytes.readUInt32LE(at);
    let high = bytes.readUInt32LE(at + 4);
    let pos = at;
    while (high > 0 || low > 0x7f) {
      bytes[pos++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[pos++] = low;
    this.#length = pos;
  }

  fixed32(value: number): void {
    const at = this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, at);
  }

  /** An integer of 64 bits, signed or not. Numbers must be safe integers. */
  fixed64(value: number | bigint): void {
    const at = this.#reserve(8);
    const bytes = this.#bytes;
    if (typeof value === "bigint") {
      this.#length = bytes.writeBigUInt64LE(BigInt.asUintN(64, value), at);
    } else {
      bytes.writeUInt32LE(value >>> 0, at);
      this.#length = bytes.writeUInt32LE(Math.floor(value / 2 ** 32) >>> 0, at + 4);
    }
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, at);
  }

  /** A copy of `source[start, end)`, without a length. */
  bytes(source: Buffer, start: number, end: number): void {
    const at = this.#reserve(end - start);
    copy(source, start, end, this.#bytes, at);
    this.#length = at + end - start;
  }

  /** Room for `length` bytes that the caller writes itself, at {@link target} from the returned offset on. */
  room(length: number): number {
    const at = this.#reserve(length);
    this.#length = at + length;
    return at;
  }

  /** Good until the next write. */
  get target(): Buffer {
    return this.#bytes;
  }

  /** Begins a payload with a length before it; returns what {@link close} needs. */
  open(): number {
    const at = this.#framesLength;
    if (at === this.#frames.length) {
      const grown = new Int32Array(this.#frames.length * 2);
      grown.set(this.#frames);
      this.#frames = grown;
    }
    this.#frames[at] = this.#length;
    this.#frames[at + 1] = -this.#lengths; // until it is closed
    this.#framesLength = at + COLUMNS;
    return at;
  }

  close(frame: number): void {
    const size = this.#length - this.#frames[frame]! + this.#lengths + this.#frames[frame + 1]!;
    this.#frames[frame + 1] = size;
    this.#lengths += uint32Size(size);
  }

  /** The whole message. Every frame must be closed. */
  finish(): Buffer {
    const target = Buffer.allocUnsafe(this.#length + this.#lengths);
    const frames = this.#frames;
    let read = 0;
    let written = 0;
    for (let frame = 0; frame < this.#framesLength; frame += COLUMNS) {
      const position = frames[frame]!;
      copy(this.#bytes, read, position, target, written);
      written = writeUint32(target, written + position - read, frames[frame + 1]!);
      read = position;
    }
    copy(this.#bytes, read, this.#length, target, written);
    assert(written + this.#length - read === target.length, "frames must add up to the length");
    return target;
  }

  /** Makes room for `length` more bytes; returns where they go. */
  #reserve(length: number): number {
    const at = this.#length;
    if (at + length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + length));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    return at;
  }
}

/** Up to here a loop is faster than a call into the runtime. */
const LOOP_BYTES_MAX = 32;

function copy(source: Buffer, start: number, end: number, target: Buffer, offset: number): void {
  if (end - start > LOOP_BYTES_MAX) {
    source.copy(target, offset, start, end);
    return;
  }
  for (let from = start, to = offset; from < end; from++, to++) target[to] = source[from]!;
}
