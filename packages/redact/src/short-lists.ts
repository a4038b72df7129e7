import type { KeyEntry } from "./key-entry.ts";

/** More strings, or longer ones, are no text in pieces. */
const STRINGS_MAX = 32;
const STRING_BYTES_MAX = 64;
const LIST_BYTES_MAX = 256;

/** The strings of one list, as offsets: start and end of each in turn. */
export interface StringList {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

interface Frame {
  offsets: number[];
  bytes: number;
  /** Nothing but short strings so far. */
  isShort: boolean;
}

/** Collects the strings of short lists, inside one another too, so that a text that was split into pieces can be read whole. */
export class ShortLists {
  readonly #frames: Frame[] = [];
  #depth = 0;

  begin(): void {
    this.#depth = 0;
  }

  /** A list opens, or another container. */
  open(isList: boolean): void {
    this.other();
    const frame = (this.#frames[this.#depth++] ??= { offsets: [], bytes: 0, isShort: true });
    frame.offsets.length = 0;
    frame.bytes = 0;
    frame.isShort = isList;
  }

  /** A string at `[start, end)` that says what it reads. */
  string(start: number, end: number): void {
    const frame = this.#frames[this.#depth - 1];
    if (this.#depth === 0 || frame === undefined || !frame.isShort) return;
    frame.bytes += end - start;
    frame.offsets.push(start, end);
    frame.isShort =
      end - start <= STRING_BYTES_MAX &&
      frame.bytes <= LIST_BYTES_MAX &&
      frame.offsets.length <= 2 * STRINGS_MAX;
  }

  /** Something else. */
  other(): void {
    const frame = this.#frames[this.#depth - 1];
    if (this.#depth > 0 && frame !== undefined) frame.isShort = false;
  }

  /** The container that was opened last ends: its strings, where they may be pieces of one text. Good until the next one opens. */
  close(): StringList | undefined {
    if (this.#depth === 0) return undefined;
    const frame = this.#frames[--this.#depth]!;
    return frame.isShort && frame.offsets.length > 2 ? frame : undefined;
  }
}

/** Whether pieces of a text under this key are looked at together: not where its action takes them, or nothing does. */
export function joinsPieces({ acts, decision }: KeyEntry): boolean {
  return !acts && decision.action.kind !== "keep" && decision.text !== "command";
}
