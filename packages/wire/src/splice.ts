import assert from "node:assert";
import type { EditList } from "./edit-list.ts";
import { FieldWalker, LEN } from "./field-walker.ts";
import type { MessageType } from "./message-type.ts";
import { uint32Size, writeUint32 } from "./varint.ts";

const COLUMNS = 4; // tag, payload start, tag value, new length

/**
 * Applies edits to a message and corrects the length of every message and string around them. Unchanged
 * ranges are copied once, straight from the old buffer to the new one.
 */
export class Splicer {
  /** One row for each field that grows or shrinks because of an edit inside it, in the order of the bytes. */
  #frames = new Int32Array(64 * COLUMNS);
  #framesLength = 0;
  #walkers: FieldWalker[] = [];
  #bytes!: Uint8Array;
  #edits!: EditList;
  /** The edit that comes next in the bytes. */
  #edit = 0;

  /**
   * The message in `bytes` with `edits` applied. With no edits it is `bytes` itself; otherwise a new buffer.
   * `bytes` must have been walked before: broken framing is an assertion here, not an error.
   */
  splice(bytes: Buffer, type: MessageType, edits: EditList): Buffer {
    if (edits.length === 0) return bytes;
    edits.sort();
    this.#bytes = bytes;
    this.#edits = edits;
    this.#edit = 0;
    this.#framesLength = 0;
    const length = this.#measure(type, 0, bytes.length, 0);
    assert(this.#edit === edits.length, "an edit outside every field");
    return this.#write(bytes, edits, length);
  }

  /** The new length of the message in `[start, end)`; adds a frame for each field it had to look into. */
  #measure(type: MessageType | undefined, start: number, end: number, depth: number): number {
    const edits = this.#edits;
    let length = end - start;
    if (type === undefined) {
      // A string or bytes: the edits lie side by side in it.
      while (this.#edit < edits.length && edits.start(this.#edit) < end) {
        assert(edits.end(this.#edit) <= end);
        length += edits.size(this.#edit) - (edits.end(this.#edit) - edits.start(this.#edit));
        this.#edit++;
      }
      return length;
    }
    const walker = (this.#walkers[depth] ??= new FieldWalker());
    walker.enter(this.#bytes, start, end);
    while (this.#edit < edits.length && edits.start(this.#edit) < end && walker.next()) {
      if (edits.start(this.#edit) >= walker.end) continue;
      if (edits.start(this.#edit) <= walker.tag) {
        assert(edits.start(this.#edit) === walker.tag && edits.end(this.#edit) === walker.end);
        length += edits.size(this.#edit) - (walker.end - walker.tag);
        this.#edit++;
        continue;
      }
      assert(walker.wire === LEN && edits.start(this.#edit) >= walker.start);
      const tagValue = ((walker.field << 3) | LEN) >>> 0;
      const frame = this.#pushFrame(walker.tag, walker.start, tagValue);
      const size = this.#measure(type.fields[walker.field]?.message, walker.start, walker.end, depth + 1);
      this.#frames[frame + 3] = size;
      length += uint32Size(tagValue) + uint32Size(size) + size - (walker.end - walker.tag);
    }
    return length;
  }

  #pushFrame(tag: number, payload: number, tagValue: number): number {
    const at = this.#framesLength;
    if (at === this.#frames.length) {
      const grown = new Int32Array(this.#frames.length * 2);
      grown.set(this.#frames);
      this.#frames = grown;
    }
    this.#frames[at] = tag;
    this.#frames[at + 1] = payload;
    this.#frames[at + 2] = tagValue;
    this.#framesLength = at + COLUMNS;
    return at;
  }

  #write(bytes: Buffer, edits: EditList, length: number): Buffer {
    const target = Buffer.allocUnsafe(length);
    const frames = this.#frames;
    let read = 0;
    let written = 0;
    let frame = 0;
    let edit = 0;
    while (frame < this.#framesLength || edit < edits.length) {
      const editStart = edit < edits.length ? edits.start(edit) : Infinity;
      if (frame < this.#framesLength && frames[frame]! < editStart) {
        written += bytes.copy(target, written, read, frames[frame]);
        written = writeUint32(target, written, frames[frame + 2]! >>> 0);
        written = writeUint32(target, written, frames[frame + 3]!);
        read = frames[frame + 1]!;
        frame += COLUMNS;
      } else {
        written += bytes.copy(target, written, read, editStart);
        written = edits.write(edit, target, written);
        read = edits.end(edit);
        edit++;
      }
    }
    written += bytes.copy(target, written, read);
    assert(written === length, "the new message must have the length that was measured");
    return target;
  }
}
