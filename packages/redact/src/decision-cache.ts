import { isUtf8 } from "node:buffer";
import { randomInt } from "node:crypto";
import { changesValue, type Decision, type Holds, isForWhole, type Origin, type Plan } from "@scrim/policy";
import { withheldLabel, withoutLabels } from "./labels.ts";

/** What is known about one attribute path: decided once, found again by its bytes. */
export interface KeyEntry {
  /** The path as text: context for detectors, never part of an error or a metric. */
  readonly path: string;
  readonly decision: Decision;
  /** The action changes values by itself, rather than letting detectors decide. */
  readonly acts: boolean;
  /** The action takes a map whole, rather than leaving the keys inside to decide. */
  readonly actsOnMaps: boolean;
  /** The same key inside a log body, where keys that nothing names get what the body gets. */
  readonly inBody: KeyEntry;
  /** What the key itself becomes where it holds data: `{ "jane@example.com": 3 }`. */
  readonly keyReplacement: Buffer | undefined;
}

/** Keys longer than this are not kept; attackers make them, applications don't. */
const KEY_BYTES_MAX = 1024;
/** Distinct keys kept. Real services have hundreds; an emitter of random keys starts the cache over. */
const ENTRIES_MAX = 16_384;
const SLOTS = ENTRIES_MAX * 4;
/** Slots looked at for one key: bounds the cost of keys that are made to collide. */
const PROBES_MAX = 16;

/** An entry for what stands under no key of its own. */
export function keyEntry(path: string, decision: Decision, keyReplacement?: Buffer): KeyEntry {
  const entry = {
    path,
    decision,
    acts: changesValue(decision.action),
    actsOnMaps: isForWhole(decision),
    keyReplacement,
  };
  return Object.assign(entry, { inBody: entry as KeyEntry });
}

/** Nothing in any layer names the key. */
function isUnknown(origin: Origin): boolean {
  return origin.kind === "unknown" || (origin.kind === "joined" && origin.of.every(isUnknown));
}

/**
 * Decisions by key bytes: no string is made for a key that was seen before. One cache serves one plan and one
 * set of conditions that hold.
 */
export class DecisionCache {
  readonly #plan: Plan;
  readonly #holds: Holds;
  readonly #redactKey: (key: Buffer) => Buffer | undefined;
  readonly #seed = randomInt(2 ** 31);
  /** Index into the arrays below, plus one; 0 is an empty slot. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #hashes = new Int32Array(ENTRIES_MAX);
  readonly #keys: Buffer[] = [];
  readonly #entries: KeyEntry[] = [];

  /** @param redactKey what a key's own text becomes; undefined where it may stay */
  constructor(plan: Plan, holds: Holds, redactKey: (key: Buffer) => Buffer | undefined) {
    this.#plan = plan;
    this.#holds = holds;
    this.#redactKey = redactKey;
  }

  /**
   * The entry for the path in `bytes[start, end)`, whose last key begins at `keyStart`.
   */
  lookup(bytes: Uint8Array, start: number, end: number, keyStart: number): KeyEntry {
    let hash = this.#seed;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (let probe = 0; probe < PROBES_MAX; probe++) {
      const index = this.#slots[slot]! - 1;
      if (index < 0) break;
      if (this.#hashes[index] === hash && equals(this.#keys[index]!, bytes, start, end))
        return this.#entries[index]!;
      slot = (slot + 1) & (SLOTS - 1);
    }
    return this.#miss(bytes, start, end, keyStart, hash, slot);
  }

  #miss(
    bytes: Uint8Array,
    start: number,
    end: number,
    keyStart: number,
    hash: number,
    slot: number,
  ): KeyEntry {
    const path = Buffer.from(bytes.subarray(start, end)); // a copy: the source buffer is not kept alive
    const entry = this.#resolve(path, keyStart - start);
    if (path.length > KEY_BYTES_MAX) return entry;
    let free = slot;
    if (this.#entries.length === ENTRIES_MAX) {
      this.#slots.fill(0);
      this.#keys.length = 0;
      this.#entries.length = 0;
      free = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    }
    if (this.#slots[free] !== 0) return entry; // every slot it may use is taken
    this.#hashes[this.#entries.length] = hash;
    this.#keys.push(path);
    this.#entries.push(entry);
    this.#slots[free] = this.#entries.length;
    return entry;
  }

  #resolve(path: Buffer, keyStart: number): KeyEntry {
    const keyReplacement = this.#replaceKey(path.subarray(keyStart));
    const text = path.toString("utf8", 0, keyStart) + (keyReplacement ?? path.subarray(keyStart)).toString();
    // Labels say nothing about the key: what `jane@example.com` is decided by must hold for `[REDACTED:email]`.
    const decision = this.#plan.decide(withoutLabels(text), this.#holds);
    const entry = keyEntry(text, decision, keyReplacement);
    if (!isUnknown(decision.origin)) return entry;
    return { ...entry, inBody: keyEntry(text, this.#plan.body, keyReplacement) };
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

function equals(key: Buffer, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let at = start, index = 0; at < end; at++, index++) if (key[index] !== bytes[at]) return false;
  return true;
}
