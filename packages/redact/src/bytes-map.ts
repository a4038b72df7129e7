import { randomInt } from "node:crypto";

/** Longer names are not kept; attackers make them, applications don't. */
export const NAME_BYTES_MAX = 1024;
/** Distinct names kept. Real services have hundreds; an emitter of random names starts the map over. */
const ENTRIES_MAX = 4096;
/** Most maps stay small: one for each combination of conditions that resources fulfil. */
const ENTRIES_FIRST = 64;
/** Bytes of all names kept, for each entry. */
const BYTES_PER_ENTRY = 64;
const SLOTS_PER_ENTRY = 4;
/** Slots looked at for one name: bounds the cost of names that are made to collide. */
const PROBES_MAX = 16;

/** Values by names that lie in a buffer: no string is made to look one up. Bounded; a full map starts over. */
export class BytesMap<Value> {
  readonly #seed = randomInt(2 ** 31);
  #capacity = ENTRIES_FIRST;
  /** Index into the arrays below, plus one; 0 is an empty slot. */
  #slots = new Int32Array(ENTRIES_FIRST * SLOTS_PER_ENTRY);
  #hashes = new Int32Array(ENTRIES_FIRST);
  /** Where each name ends in the arena; it begins where the one before it ends. */
  #ends = new Int32Array(ENTRIES_FIRST);
  #arena = Buffer.allocUnsafeSlow(ENTRIES_FIRST * BYTES_PER_ENTRY);
  #values: Value[] = [];

  get(bytes: Buffer, start: number, end: number): Value | undefined {
    const hash = this.#hash(bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = slotOf(hash) & mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const index = this.#slots[slot]! - 1;
      if (index < 0) break;
      if (this.#hashes[index] === hash && this.#equals(index, bytes, start, end)) return this.#values[index];
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  #hash(bytes: Buffer, start: number, end: number): number {
    let hash = this.#seed;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    return hash;
  }

  #equals(index: number, bytes: Buffer, start: number, end: number): boolean {
    let from = index === 0 ? 0 : this.#ends[index - 1]!;
    if (this.#ends[index]! - from !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#arena[from++] !== bytes[at]) return false;
    return true;
  }

  /** Keeps a value for a name that has none, unless the name is too long. */
  add(bytes: Buffer, start: number, end: number, value: Value): void {
    if (end - start > NAME_BYTES_MAX) return;
    const count = this.#values.length;
    const from = count === 0 ? 0 : this.#ends[count - 1]!;
    const to = from + end - start;
    if (count === this.#capacity || to > this.#arena.length) {
      if (this.#capacity === ENTRIES_MAX) this.#clear();
      else this.#grow(Math.max(count + 1, to / BYTES_PER_ENTRY));
      this.add(bytes, start, end, value);
      return;
    }
    const hash = this.#hash(bytes, start, end);
    if (!this.#occupy(hash, count)) return; // every slot it may use is taken
    for (let at = start; at < end; at++) this.#arena[from + at - start] = bytes[at]!;
    this.#ends[count] = to;
    this.#hashes[count] = hash;
    this.#values.push(value);
  }

  #occupy(hash: number, index: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = slotOf(hash) & mask;
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      if (this.#slots[slot] === 0) {
        this.#slots[slot] = index + 1;
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#values = [];
  }

  #grow(needed: number): void {
    while (this.#capacity < needed) this.#capacity *= 2;
    this.#capacity = Math.min(this.#capacity, ENTRIES_MAX);
    const { length } = this.#values;
    this.#hashes = copied(this.#hashes, this.#capacity);
    this.#ends = copied(this.#ends, this.#capacity);
    const arena = Buffer.allocUnsafeSlow(this.#capacity * BYTES_PER_ENTRY);
    this.#arena.copy(arena);
    this.#arena = arena;
    this.#slots = new Int32Array(this.#capacity * SLOTS_PER_ENTRY);
    for (let index = 0; index < length; index++) this.#occupy(this.#hashes[index]!, index);
  }
}

function slotOf(hash: number): number {
  return hash ^ (hash >>> 15);
}

function copied(numbers: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(numbers);
  return copy;
}
