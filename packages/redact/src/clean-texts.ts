import type { KeyEntry } from "./key-entry.ts";

/** Texts remembered at once. */
const SLOTS = 2048;
/** Longer texts are rarely the same twice. */
const TEXT_BYTES_MAX = 256;

/**
 * Remembers texts that the automaton pointed at and that stayed as they were. Such texts repeat: user
 * agents, versions that look like addresses. A text counts as known only if all its bytes are the same, so
 * nobody can pass a text off as another one.
 */
export class CleanTexts {
  readonly #bytes = Buffer.allocUnsafeSlow(SLOTS * TEXT_BYTES_MAX);
  readonly #lengths = new Int32Array(SLOTS);
  readonly #entries = new Array<KeyEntry | undefined>(SLOTS).fill(undefined);
  /** The slot of the text that {@link has} looked for last, or -1. */
  #slot = -1;

  /** Whether `bytes[start, end)` was remembered under the same key. */
  has(bytes: Buffer, start: number, end: number, entry: KeyEntry): boolean {
    const length = end - start;
    if (length > TEXT_BYTES_MAX) {
      this.#slot = -1;
      return false;
    }
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    this.#slot = slot;
    if (this.#lengths[slot] !== length || this.#entries[slot] !== entry) return false;
    const from = slot * TEXT_BYTES_MAX;
    return bytes.compare(this.#bytes, from, from + length, start, end) === 0;
  }

  /** Remembers the text that was looked for last. */
  add(bytes: Buffer, start: number, end: number, entry: KeyEntry): void {
    const slot = this.#slot;
    if (slot < 0) return;
    bytes.copy(this.#bytes, slot * TEXT_BYTES_MAX, start, end);
    this.#lengths[slot] = end - start;
    this.#entries[slot] = entry;
  }
}
