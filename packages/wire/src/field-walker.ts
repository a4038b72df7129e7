import assert from "node:assert";
import { OperatingError } from "@scrim/errors";
import { DEPTH_MAX, UINT32_BYTES_MAX, VARINT_BYTES_MAX } from "./limits.ts";

/** Wire types of the protobuf encoding. https://protobuf.dev/programming-guides/encoding/#structure */
export const VARINT = 0;
export const I64 = 1;
export const LEN = 2;
export const SGROUP = 3;
export const EGROUP = 4;
export const I32 = 5;

/**
 * Steps through the fields of one protobuf message where it lies. Makes nothing: no strings, no slices, no
 * objects. Point one walker at message after message with {@link enter}.
 *
 * Every read stops at the end of the enclosing message, not of the buffer. Decoders that differ on this see
 * different attributes in the same bytes, which is how a secret slips past a redactor.
 *
 * Legal oddities are accepted: varints longer than they need to be, groups (skipped whole, {@link wire} is
 * `SGROUP`), fields in any order and any number of times. Tags and lengths of more than five bytes are not:
 * protobuf's own conformance suite wants them refused.
 *
 * @example
 * ```ts
 * import { FieldWalker } from "@scrim/wire";
 * const walker = new FieldWalker();
 * const bytes = Uint8Array.of(0x0a, 0x02, 0x68, 0x69); // field 1, two bytes: "hi"
 * walker.enter(bytes, 0, bytes.length);
 * while (walker.next()) console.log(walker.field, walker.start, walker.end); // 1 2 4
 * ```
 */
export class FieldWalker {
  /** Number and wire type of the current field; its payload is `bytes[start, end)`. */
  field = 0;
  wire = 0;
  start = 0;
  end = 0;
  /** Where the current field's tag begins; the whole field is `bytes[tag, end)`. */
  tag = 0;

  #bytes: Uint8Array = EMPTY;
  #pos = 0;
  /** End of the message; always ≤ the buffer's length. */
  #limit = 0;

  /** Points the walker before the first field of the message in `bytes[start, end)`. */
  enter(bytes: Uint8Array, start: number, end: number): void {
    assert(0 <= start && start <= end && end <= bytes.length);
    this.#bytes = bytes;
    this.#pos = start;
    this.#limit = end;
  }

  /**
   * Moves to the next field; false at the end of the message.
   *
   * @throws {OperatingError} `WIRE_TRUNCATED`, `WIRE_MALFORMED` or `TOO_DEEP` (groups), with the byte offset as
   *   path
   */
  next(): boolean {
    if (this.#pos === this.#limit) return false;
    this.tag = this.#pos;
    const tag = this.#uint32();
    this.field = tag >>> 3;
    this.wire = tag & 7;
    if (this.field === 0) throw this.#malformed("field number 0", this.tag);
    switch (this.wire) {
      case LEN:
        this.#take(this.#uint32());
        return true;
      case VARINT:
        this.#takeVarint();
        return true;
      case I64:
        this.#take(8);
        return true;
      case I32:
        this.#take(4);
        return true;
      case SGROUP:
        this.#takeGroup();
        return true;
      default:
        throw this.#malformed(
          this.wire === EGROUP ? "a group ends that never began" : `wire type ${this.wire}`,
          this.tag,
        );
    }
  }

  #take(length: number): void {
    this.start = this.#pos;
    this.end = this.#pos + length;
    if (this.end > this.#limit) throw this.#truncated(`${length} bytes`);
    this.#pos = this.end;
  }

  #takeVarint(): void {
    const bytes = this.#bytes;
    const start = this.#pos;
    const stop = Math.min(this.#limit, start + VARINT_BYTES_MAX);
    for (let pos = start; pos < stop; pos++) {
      if (bytes[pos]! < 0x80) {
        this.start = start;
        this.end = this.#pos = pos + 1;
        return;
      }
    }
    throw stop === this.#limit ? this.#truncated("a varint") : this.#malformed("a varint over ten bytes");
  }

  /** Skips a group with everything in it. The payload runs to the end of the closing tag. */
  #takeGroup(): void {
    const outermost = this.field;
    const { tag, wire } = this;
    const start = this.#pos;
    const open = [outermost];
    while (open.length > 0) {
      if (this.#pos === this.#limit) throw this.#truncated("a group");
      const inner = this.#uint32();
      const number = inner >>> 3;
      if (number === 0) throw this.#malformed("field number 0");
      switch (inner & 7) {
        case VARINT:
          this.#takeVarint();
          break;
        case I64:
          this.#take(8);
          break;
        case LEN:
          this.#take(this.#uint32());
          break;
        case I32:
          this.#take(4);
          break;
        case SGROUP:
          if (open.push(number) > DEPTH_MAX) throw this.#tooDeep();
          break;
        case EGROUP:
          if (open.pop() !== number) throw this.#malformed("a group ends as another one");
          break;
        default:
          throw this.#malformed(`wire type ${inner & 7}`);
      }
    }
    this.field = outermost;
    this.wire = wire;
    this.tag = tag;
    this.start = start;
    this.end = this.#pos;
  }

  /** A tag or a length: a varint whose value fits 32 bits and that takes no more bytes than such values need. */
  #uint32(): number {
    const bytes = this.#bytes;
    const start = this.#pos;
    if (start < this.#limit && bytes[start]! < 0x80) {
      this.#pos = start + 1;
      return bytes[start]!;
    }
    const stop = Math.min(this.#limit, start + UINT32_BYTES_MAX);
    let value = 0;
    for (let pos = start, shift = 0; pos < stop; pos++, shift += 7) {
      const byte = bytes[pos]!;
      if (shift === 28 && byte > 0x0f)
        throw this.#malformed("a tag or length over 32 bits or five bytes", start);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.#pos = pos + 1;
        return value >>> 0;
      }
    }
    throw this.#truncated("a tag or length", start);
  }

  #malformed(what: string, at = this.#pos): OperatingError {
    return new OperatingError("WIRE_MALFORMED", `not protobuf: ${what}`, { path: `byte ${at}` });
  }

  #truncated(what: string, at = this.#pos): OperatingError {
    return new OperatingError("WIRE_TRUNCATED", `the message ends inside ${what}`, { path: `byte ${at}` });
  }

  #tooDeep(): OperatingError {
    return new OperatingError("TOO_DEEP", `groups nested over ${DEPTH_MAX} levels`, {
      path: `byte ${this.#pos}`,
    });
  }
}

const EMPTY = new Uint8Array(0);
