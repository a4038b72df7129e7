import { isUtf8 } from "node:buffer";
import { randomInt } from "node:crypto";
import { foldText } from "@scrim/detect";
import { type Decision, type Holds, joinDecisions, type Plan } from "@scrim/policy";
import { isUnknown, KeyEntry } from "./key-entry.ts";
import { withheldLabel, withoutLabels } from "./labels.ts";

/** Longer keys are not kept; attackers make them, applications don't. */
const KEY_BYTES_MAX = 1024;
/** Distinct keys kept. Real services have hundreds; an emitter of random keys starts the cache over. */
const ENTRIES_MAX = 16_384;
/** Bytes of all keys kept. */
const ARENA_BYTES = ENTRIES_MAX * 64;
const SLOTS = ENTRIES_MAX * 4;
/** Slots looked at for one key: bounds the cost of keys that are made to collide. */
const PROBES_MAX = 16;

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const BACKSLASH = 0x5c;

/**
 * Decisions by key bytes: no string is made for a key that was seen before. One cache serves one plan and one
 * set of conditions that hold.
 */
export class DecisionCache {
  readonly #plan: Plan;
  readonly #holds: readonly Holds[];
  readonly #redactKey: (key: Buffer) => Buffer | undefined;
  readonly #seed = randomInt(2 ** 31);
  /** Index into the arrays below, plus one; 0 is an empty slot. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #hashes = new Int32Array(ENTRIES_MAX);
  /** Where each key ends in the arena; it begins where the one before it ends. */
  readonly #ends = new Int32Array(ENTRIES_MAX);
  readonly #arena = Buffer.allocUnsafeSlow(ARENA_BYTES);
  #entries: KeyEntry[] = [];

  /**
   * @param holds sets of conditions, at least one; of several, the strictest decision counts
   * @param redactKey what a key's own text becomes; undefined where it may stay
   */
  constructor(plan: Plan, holds: readonly Holds[], redactKey: (key: Buffer) => Buffer | undefined) {
    this.#plan = plan;
    this.#holds = holds;
    this.#redactKey = redactKey;
  }

  /** The entry for the path in `bytes[start, end)`, whose last key begins at `keyStart`. */
  lookup(bytes: Buffer, start: number, end: number, keyStart: number): KeyEntry {
    let hash = this.#seed;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const index = this.#slots[slot]! - 1;
      if (index < 0) break;
      if (this.#hashes[index] === hash && this.#equals(index, bytes, start, end))
        return this.#entries[index]!;
      slot = (slot + 1) & (SLOTS - 1);
    }
    const entry = this.#resolve(bytes, start, end, keyStart);
    this.#keep(entry, bytes, start, end, hash, slot);
    return entry;
  }

  #equals(index: number, bytes: Buffer, start: number, end: number): boolean {
    let from = index === 0 ? 0 : this.#ends[index - 1]!;
    if (this.#ends[index]! - from !== end - start) return false;
    for (let at = start; at < end; at++) if (this.#arena[from++] !== bytes[at]) return false;
    return true;
  }

  #keep(entry: KeyEntry, bytes: Buffer, start: number, end: number, hash: number, slot: number): void {
    const count = this.#entries.length;
    const from = count === 0 ? 0 : this.#ends[count - 1]!;
    if (end - start > KEY_BYTES_MAX) return;
    if (count === ENTRIES_MAX || from + end - start > ARENA_BYTES) {
      this.#slots.fill(0);
      this.#entries = []; // entries of texts that wait for the scan live on
      return; // this key is kept when it comes again
    }
    if (this.#slots[slot] !== 0) return; // every slot it may use is taken
    for (let at = start; at < end; at++) this.#arena[from + at - start] = bytes[at]!;
    this.#ends[count] = from + end - start;
    this.#hashes[count] = hash;
    this.#entries.push(entry);
    this.#slots[slot] = count + 1;
  }

  #resolve(bytes: Buffer, start: number, end: number, keyStart: number): KeyEntry {
    if (readsAsWritten(bytes, start, end) && this.#plan.scanner.locate(bytes, keyStart, end) < 0) {
      const path = bytes.toString("latin1", start, end);
      return new KeyEntry(path, this.#decide(withoutLabels(path)));
    }
    const replacement = this.#replaceKey(bytes.subarray(keyStart, end));
    if (replacement === undefined) return this.#entry(bytes.subarray(start, end), undefined);
    return this.#entry(Buffer.concat([bytes.subarray(start, keyStart), replacement]), replacement);
  }

  /** A key counts as what it reads like: `pass\u200bword` is a password. What names it as it is written holds as well. */
  #entry(path: Buffer, replacement: Buffer | undefined): KeyEntry {
    const written = path.toString();
    const read = foldText(path)?.bytes.toString();
    const decision = this.#decide(withoutLabels(written));
    if (read === undefined) return new KeyEntry(written, decision, replacement);
    const decisionRead = this.#decide(withoutLabels(read));
    const decisions = isUnknown(decision.origin) ? decisionRead : joinDecisions([decision, decisionRead]);
    return new KeyEntry(read, decisions, replacement);
  }

  /**
   * Labels say nothing about a key: what `jane@example.com` is decided by must hold for `[REDACTED:email]`. A
   * path longer than any name is decided by its end as well, whichever is stricter.
   */
  #decide(path: string): Decision {
    const isLong = path.length > KEY_BYTES_MAX;
    if (!isLong && this.#holds.length === 1) return this.#plan.decide(path, this.#holds[0]!);
    const end = path.slice(-KEY_BYTES_MAX / 2);
    const names = isLong ? [path, end.slice(end.indexOf(".") + 1)] : [path];
    return joinDecisions(names.flatMap((name) => this.#holds.map((holds) => this.#plan.decide(name, holds))));
  }

  #replaceKey(key: Buffer): Buffer | undefined {
    if (!isUtf8(key)) return withheldLabel("utf8");
    try {
      return this.#redactKey(key);
    } catch {
      return withheldLabel("error");
    }
  }
}

/** Whether a path is ASCII without escapes, so that {@link foldText} has nothing to do. */
function readsAsWritten(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80 || byte === PERCENT || byte === AMPERSAND || byte === BACKSLASH) return false;
  }
  return true;
}
