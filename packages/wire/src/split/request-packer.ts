import assert from "node:assert";
import { ProtoWriter } from "../proto-writer.ts";
import { uint32Size } from "../varint.ts";
import type { Envelope } from "./envelope.ts";

/**
 * Puts requests together from items and the envelopes around them. Items that follow one another and have an envelope
 * in common share it. Knows the size of a request before it is written.
 */
export class RequestPacker {
  readonly #writer = new ProtoWriter(4096);
  /** The messages that the next item may go into, outermost first. */
  #open: Envelope[] = [];
  /** For each of {@link #open}: its payload so far, without the open message in it; and where its length will go. */
  #sizes: number[] = [];
  #frames: number[] = [];

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** How large the request would be with one more item, which takes `itemBytes` with its tag and length. */
  sizeWith(path: readonly Envelope[], itemBytes: number): number {
    const shared = this.#shareWith(path);
    let size = itemBytes;
    for (let level = path.length - 1; ; level--) {
      size += level < shared ? this.#sizes[level]! : path[level]!.fields.length;
      if (level === 0) return size;
      size += headSize(path[level]!, size);
    }
  }

  /** Adds the item that is the field `bytes[start, end)`, inside the envelopes of `path`, the request's own first. */
  add(path: readonly Envelope[], bytes: Buffer, start: number, end: number): void {
    for (let level = this.#shareWith(path); level < path.length; level++) this.#enter(path[level]!);
    this.#writer.bytes(bytes, start, end);
    this.#sizes[path.length - 1]! += end - start;
  }

  /** The request, and makes ready for the next one. */
  take(): Buffer {
    this.#leaveTo(1);
    const size = this.#sizes[0];
    const request = this.#writer.finish();
    assert(size === request.length, "sizes must be known before they are written");
    this.#writer.reset();
    this.#open = [];
    this.#sizes = [];
    this.#frames = [];
    return request;
  }

  /** Leaves what an item at `path` is not in; returns how many of the open envelopes it is in. */
  #shareWith(path: readonly Envelope[]): number {
    let shared = 0;
    while (shared < this.#open.length && this.#open[shared] === path[shared]) shared++;
    this.#leaveTo(shared);
    return shared;
  }

  #enter(envelope: Envelope): void {
    if (this.#open.length > 0) this.#writer.uint32(envelope.tag);
    this.#frames.push(this.#open.length > 0 ? this.#writer.open() : -1);
    this.#writer.bytes(envelope.fields, 0, envelope.fields.length);
    this.#open.push(envelope);
    this.#sizes.push(envelope.fields.length);
  }

  #leaveTo(levels: number): void {
    while (this.#open.length > Math.max(1, levels)) {
      const envelope = this.#open.pop()!;
      const size = this.#sizes.pop()!;
      this.#writer.close(this.#frames.pop()!);
      this.#sizes[this.#sizes.length - 1]! += headSize(envelope, size) + size;
    }
  }
}

/** What goes before the payload of a message: tag and length. */
function headSize({ tag }: Envelope, size: number): number {
  return uint32Size(tag) + uint32Size(size);
}
