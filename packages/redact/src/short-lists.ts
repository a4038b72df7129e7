import type { KeyEntry } from "./key-entry.ts";

/** More strings, or longer ones, are no text in pieces. */
const STRINGS_MAX = 32;
const STRING_BYTES_MAX = 64;
const LIST_BYTES_MAX = 256;

/** A list in the source. */
export interface StringList {
  readonly start: number;
  readonly end: number;
  /** Nothing but short strings are in it. One that is not short may be, once it is redacted. */
  readonly isShort: boolean;
  /** The strings of a short one: start and end of each in turn. */
  readonly offsets: readonly number[];
  /** How long these are together. */
  readonly bytes: number;
}

interface Frame extends StringList {
  start: number;
  end: number;
  isShort: boolean;
  offsets: number[];
  bytes: number;
  /** Of a list, how many elements are no lists or maps that are looked into. */
  scalars: number;
}

/** Collects the strings of short lists, inside one another too, so that a text that was split into pieces can be read whole. */
export class ShortLists {
  readonly #frames: Frame[] = [];
  #depth = 0;

  begin(): void {
    this.#depth = 0;
  }

  /** A list opens at `start`, or another container. */
  open(isList: boolean, start: number): void {
    this.container();
    const frame = (this.#frames[this.#depth++] ??= newFrame());
    frame.start = start;
    frame.isShort = isList;
    frame.offsets.length = 0;
    frame.bytes = 0;
    frame.scalars = isList ? 0 : Number.NEGATIVE_INFINITY;
  }

  /** A string at `[start, end)` that says what it reads. */
  string(start: number, end: number): void {
    if (this.#depth === 0) return;
    const frame = this.#frames[this.#depth - 1]!;
    frame.scalars++;
    if (!frame.isShort) return;
    frame.bytes += end - start;
    frame.offsets.push(start, end);
    frame.isShort =
      end - start <= STRING_BYTES_MAX && frame.bytes <= LIST_BYTES_MAX && frame.scalars <= STRINGS_MAX;
  }

  /** Whether nothing that follows in the list that was opened last says more of it. */
  get isDecided(): boolean {
    const frame = this.#frames[this.#depth - 1];
    return this.#depth > 0 && frame !== undefined && frame.scalars > STRINGS_MAX;
  }

  /** A list or a map that is looked into. */
  container(): void {
    if (this.#depth > 0) this.#frames[this.#depth - 1]!.isShort = false;
  }

  /** Something else. */
  other(): void {
    if (this.#depth === 0) return;
    const frame = this.#frames[this.#depth - 1]!;
    frame.scalars++;
    frame.isShort = false;
  }

  /** The container that was opened last ends at `end`: where it may be a text in pieces, or become one. Good until the next one opens. */
  close(end: number): StringList | undefined {
    if (this.#depth === 0) return undefined;
    const frame = this.#frames[--this.#depth]!;
    frame.end = end;
    return frame.scalars > 1 && frame.scalars <= STRINGS_MAX ? frame : undefined;
  }
}

function newFrame(): Frame {
  return { start: 0, end: 0, isShort: true, offsets: [], bytes: 0, scalars: 0 };
}

/** Whether pieces of a text under this key are looked at together: not where its action takes them, or nothing does. */
export function joinsPieces({ acts, decision }: KeyEntry): boolean {
  return !acts && decision.action.kind !== "keep" && decision.text !== "command";
}
