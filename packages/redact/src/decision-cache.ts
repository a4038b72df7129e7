import { isUtf8 } from "node:buffer";
import { foldText } from "@scrim/detect";
import { type Decision, type Holds, joinDecisions, type Plan } from "@scrim/policy";
import { BytesMap, NAME_BYTES_MAX } from "./bytes-map.ts";
import { isUnknown, KeyEntry } from "./key-entry.ts";
import { withheldLabel, withoutLabels } from "./labels.ts";

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
  readonly #entries = new BytesMap<KeyEntry>();

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
    const known = this.#entries.get(bytes, start, end);
    if (known !== undefined) return known;
    const entry = this.#resolve(bytes, start, end, keyStart);
    this.#entries.add(bytes, start, end, entry);
    return entry;
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
    const isLong = path.length > NAME_BYTES_MAX;
    if (!isLong && this.#holds.length === 1) return this.#plan.decide(path, this.#holds[0]!);
    const end = path.slice(-NAME_BYTES_MAX / 2);
    const names = isLong ? [path, end.slice(end.indexOf(".") + 1)] : [path];
    return joinDecisions(names.flatMap((name) => this.#holds.map((holds) => this.#plan.decide(name, holds))));
  }

  #replaceKey(key: Buffer): Buffer | undefined {
    if (!isUtf8(key)) return withheldLabel("utf8");
    try {
      const replacement = this.#redactKey(key);
      return replacement && inMemoryOfItsOwn(replacement);
    } catch {
      return withheldLabel("error");
    }
  }
}

/** A copy to keep: small buffers share 64 KiB with others, all of which a few bytes in a cache would hold on to. */
function inMemoryOfItsOwn(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Whether a path is ASCII without escapes, so that {@link foldText} has nothing to do. */
function readsAsWritten(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80 || byte === PERCENT || byte === AMPERSAND || byte === BACKSLASH) return false;
  }
  return true;
}
