import type { Plan } from "@scrim/policy";
import { CountsCollector } from "./counts.ts";
import { ACTED_ON, type KeyNode, REMOVED, REPLACED, SCANNED } from "./key-node.ts";
import type { KeyTree } from "./key-tree.ts";
import { isLabel } from "./labels.ts";
import { joinsPieces } from "./short-lists.ts";
import { looksStructured } from "./structure/looks-structured.ts";
import type { TextEngine } from "./text-engine.ts";
import { digitsOf } from "./wire-number.ts";

/**
 * Code units of the texts of one record. Longer ones go the way of requests, so that no budget of a record is reached here, nor
 * by what replaces a part of them.
 */
const RECORD_UNITS_MAX = 16 * 1024;
const BUDGET_SHARE = 8;
/** UTF-8 takes at most so many bytes for a code unit; a separator follows each text. */
const BYTES_PER_UNIT = 4;

/** Rows whose memory is kept for the next record; what they hold is a copy. */
const ROWS_KEPT = 64;

/** Texts up to here are written faster by a loop than by a call into the runtime. */
const LOOP_UNITS_MAX = 24;

/** Remembered are texts that take no more. */
const CLEAN_BYTES_MAX = 128;
/** Longer lists are not pieces of one text. */
const PIECES_UNITS_MAX = 512;

const NUL = 0;
const LETTER_R = 0x52;
const OPENING_BRACKET = 0x5b;

/** For records in which nothing was done; nobody adds to it. */
const NO_COUNTS = new CountsCollector();
const NO_RESULTS = new Map<number, Buffer>();

/** What is to be done about a row once all are known. */
const TEXT = 0;
/** A text that the engine has to see. */
const ENGINE_TEXT = 1;
const NUMBER = 2;
/** Strings of a list, one behind the other. */
const PIECES = 3;
const REPLACE = 4;
const REMOVE = 5;
/** The same for what was no text. */
const REPLACE_OTHER = 6;
const REMOVE_OTHER = 7;

type RowKind =
  | typeof TEXT
  | typeof ENGINE_TEXT
  | typeof NUMBER
  | typeof PIECES
  | typeof REPLACE
  | typeof REMOVE
  | typeof REPLACE_OTHER
  | typeof REMOVE_OTHER;

/**
 * Redacts the values of a record where an application has them, in a copy that the caller makes: what keys decide is looked up by
 * string, all texts are scanned in one pass, and only a text in which something may be found goes through the engine. The answer is
 * that for the record as a request; where that depends on more than single texts, {@link finish} says so and has changed nothing.
 */
export class ValueRedactor {
  readonly keys: KeyTree;
  /** What was done to the record, once it is finished. */
  counts: CountsCollector = NO_COUNTS;

  readonly #plan: Plan;
  readonly #texts: TextEngine;
  readonly #unitsMax: number;

  #isForEngine = false;
  #unitsLeft = 0;
  readonly #scratch: Buffer;
  #used = 0;
  /** Of each row: the object that holds the value and its key, what is known of the key, its kind and where its text ends. */
  readonly #holders: object[] = [];
  readonly #names: (string | number)[] = [];
  readonly #known: KeyNode[] = [];
  #kinds = new Uint8Array(ROWS_KEPT);
  #ends = new Int32Array(ROWS_KEPT);
  #rows = 0;

  constructor(plan: Plan, texts: TextEngine, keys: KeyTree) {
    const { record_bytes_max, value_bytes_max } = plan.limits;
    this.#plan = plan;
    this.#texts = texts;
    this.keys = keys;
    this.#unitsMax = Math.min(RECORD_UNITS_MAX, Math.min(record_bytes_max, value_bytes_max) / BUDGET_SHARE);
    this.#scratch = Buffer.allocUnsafeSlow(RECORD_UNITS_MAX * BYTES_PER_UNIT);
  }

  // ---- values, but those under a key that keeps them ----

  /** Begins a record. */
  begin(): void {
    this.#isForEngine = false;
    this.#unitsLeft = this.#unitsMax;
    this.#used = 0;
    this.#rows = 0;
    if (this.#holders.length > ROWS_KEPT) {
      this.#holders.length = 0;
      this.#names.length = 0;
      this.#known.length = 0;
    }
  }

  /** Whether the record is one for the engine already, so that there is no use in handing over more of it. */
  get isForEngine(): boolean {
    return this.#isForEngine;
  }

  /** What becomes of the record depends on more than single texts. */
  leaveToEngine(): void {
    this.#isForEngine = true;
  }

  /** A text that is `holder[name]`. */
  takeText(holder: object, name: string | number, text: string, node: KeyNode): void {
    if (this.#isForEngine) return;
    if (node.text === REMOVED) this.#remove(holder, name, node, REMOVE);
    else if (text === "") return;
    else if (node.text === REPLACED) this.#replace(holder, name, text, node);
    else if (node.isClean(text)) this.#spend(text.length);
    else this.#scan(holder, name, text, node);
  }

  /** Texts that are known count as well, so that no budget is passed unseen; false where there is none left. */
  #spend(units: number): boolean {
    this.#unitsLeft -= units;
    if (this.#unitsLeft < 0) this.#isForEngine = true;
    return this.#unitsLeft >= 0;
  }

  #replace(holder: object, name: string | number, text: string, node: KeyNode): void {
    const first = text.charCodeAt(0);
    const mayBeLabel = first === OPENING_BRACKET || first === LETTER_R;
    if (text === node.replacement || (mayBeLabel && isLabel(Buffer.from(text)))) return;
    this.#push(holder, name, node, REPLACE);
  }

  /** An element of a list is the engine's to remove. */
  #remove(holder: object, name: string | number, node: KeyNode, kind: RowKind): void {
    if (Array.isArray(holder)) this.#isForEngine = true;
    else this.#push(holder, name, node, kind);
  }

  /** The value under a key of which nothing stays. */
  removeAll(holder: object, name: string, node: KeyNode): void {
    this.#push(holder, name, node, REMOVE);
  }

  #scan(holder: object, name: string | number, text: string, node: KeyNode): void {
    const start = this.#used;
    if (!this.#write(text)) return;
    const end = this.#used - 1;
    const { entry } = node;
    const needsEngine = node.text === ACTED_ON || looksStructured(this.#scratch, start, end, entry);
    if (
      needsEngine &&
      this.#scratch[start] === OPENING_BRACKET &&
      isLabel(this.#scratch.subarray(start, end))
    ) {
      this.#used = start;
      return;
    }
    this.#push(holder, name, node, needsEngine ? ENGINE_TEXT : TEXT);
  }

  /** Writes a text and a separator; false where there is no room for it, which leaves the record to the engine. */
  #write(text: string): boolean {
    const { length } = text;
    if (!this.#spend(length)) return false;
    const scratch = this.#scratch;
    let at = this.#used;
    if (length <= LOOP_UNITS_MAX) {
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit >= 0x80) break;
        scratch[at++] = unit;
      }
      if (i < length) at = this.#used + scratch.write(text, this.#used);
    } else {
      at += scratch.write(text, at);
    }
    scratch[at] = NUL;
    this.#used = at + 1;
    return true;
  }

  takeNumber(holder: object, name: string | number, value: number, node: KeyNode): void {
    if (node.text !== SCANNED) {
      this.#takeByKey(holder, name, node);
      return;
    }
    const digits = digitsOf(value);
    if (digits !== undefined && this.#write(digits)) this.#push(holder, name, node, NUMBER);
  }

  takeBoolean(holder: object, name: string | number, node: KeyNode): void {
    if (node.text !== SCANNED) this.#takeByKey(holder, name, node);
  }

  /** Bytes, which may be text. */
  takeBytes(length: number, node: KeyNode): void {
    if (length > 0 || node.text !== SCANNED) this.#isForEngine = true;
  }

  /** A number or a truth value that an action for strings takes by its key. */
  #takeByKey(holder: object, name: string | number, node: KeyNode): void {
    const isDropped = node.text === REMOVED || node.entry.decision.onNonString === "drop";
    if (node.text === ACTED_ON) this.#isForEngine = true;
    else if (isDropped) this.#remove(holder, name, node, REMOVE_OTHER);
    else this.#push(holder, name, node, REPLACE_OTHER);
  }

  /** A list whose elements were taken: a text may have been split into its strings. */
  takePieces(list: readonly unknown[], node: KeyNode): void {
    if (list.length < 2 || node.text !== SCANNED || !joinsPieces(node.entry)) return;
    if (!arePieces(list)) return;
    for (const piece of list) if (this.#write(piece)) this.#used--; // nothing between them
    this.#used++;
    this.#push(list, 0, node, PIECES);
  }

  #push(holder: object, name: string | number, node: KeyNode, kind: RowKind): void {
    const row = this.#rows++;
    if (row === this.#kinds.length) this.#growRows();
    this.#holders[row] = holder;
    this.#names[row] = name;
    this.#known[row] = node;
    this.#kinds[row] = kind;
    this.#ends[row] = this.#used;
  }

  #growRows(): void {
    const kinds = new Uint8Array(this.#kinds.length * 2);
    const ends = new Int32Array(kinds.length);
    kinds.set(this.#kinds);
    ends.set(this.#ends);
    this.#kinds = kinds;
    this.#ends = ends;
  }

  // ---- the record as a whole ----

  /** Changes what is to be changed in the values taken. False, and nothing done, where the record has to go the way of requests. */
  finish(): boolean {
    this.counts = NO_COUNTS;
    if (this.#isForEngine) return false;
    if (this.#rows === 0) return true;
    const results = this.#resolve();
    if (results === undefined) return false;
    this.#apply(results);
    return true;
  }

  /** What texts become that change, by row; undefined where a row is one for the engine as part of a request. */
  #resolve(): ReadonlyMap<number, Buffer> | undefined {
    const { scanner } = this.#plan;
    const scratch = this.#scratch;
    const used = this.#used;
    let results = NO_RESULTS;
    let bytesLeft = this.#unitsMax;
    let hit = used === 0 ? -1 : scanner.locate(scratch, 0, used);
    for (let row = 0, start = 0; row < this.#rows; row++) {
      const next = this.#ends[row]!;
      if (next === start) continue; // no text
      const isHit = hit >= 0 && hit < next;
      if (isHit) hit = next === used ? -1 : scanner.locate(scratch, next, used);
      const node = this.#known[row]!;
      const kind = this.#kinds[row]! as RowKind;
      if (isHit || kind === ENGINE_TEXT || node.wakes) {
        const text = scratch.subarray(start, next - 1);
        if (kind === PIECES || (kind === NUMBER && !this.#isCleanNumber(text, node))) return undefined;
        const redacted = kind === NUMBER ? text : this.#redacted(text, node);
        if (redacted !== text) {
          bytesLeft -= redacted.length;
          if (bytesLeft < 0) return undefined;
          if (results === NO_RESULTS) results = new Map();
          results.set(row, redacted);
          start = next;
          continue;
        }
      }
      if (kind < NUMBER && node.remembers && next - start <= CLEAN_BYTES_MAX)
        node.remember(scratch.toString("utf8", start, next - 1));
      start = next;
    }
    return results;
  }

  #redacted(text: Buffer, { entry }: KeyNode): Buffer {
    return this.#texts.redact(text, entry, this.#ownCounts());
  }

  #isCleanNumber(digits: Buffer, { entry }: KeyNode): boolean {
    const { findings, scannedTo } = this.#plan.scanner.scan(digits, entry.path);
    return findings.length === 0 && scannedTo === digits.length;
  }

  #ownCounts(): CountsCollector {
    if (this.counts === NO_COUNTS) this.counts = new CountsCollector();
    return this.counts;
  }

  #apply(results: ReadonlyMap<number, Buffer>): void {
    for (let row = 0; row < this.#rows; row++) {
      const kind = this.#kinds[row]! as RowKind;
      if (kind >= REPLACE) this.#applyByKey(row, kind);
    }
    for (const [row, bytes] of results) this.#set(row, bytes.toString());
  }

  #applyByKey(row: number, kind: RowKind): void {
    const counts = this.#ownCounts();
    const { replacement, countsAs } = this.#known[row]!;
    if (kind === REPLACE_OTHER || kind === REMOVE_OTHER) counts.type_changes++;
    if (kind === REPLACE || kind === REPLACE_OTHER) this.#set(row, replacement!);
    else delete (this.#holders[row] as Record<string, unknown>)[this.#names[row]!];
    counts.addRedactedAs(countsAs);
  }

  #set(row: number, text: string): void {
    const holder = this.#holders[row] as Record<string | number, unknown>;
    const name = this.#names[row]!;
    if (name === "__proto__")
      Object.defineProperty(holder, name, { value: text }); // as it was made, writable;
    else holder[name] = text;
  }
}

/** Whether a list is short strings that say something: each row of pieces takes a separator, and only texts are counted. */
function arePieces(list: readonly unknown[]): list is readonly string[] {
  let units = 0;
  for (const piece of list) {
    if (typeof piece !== "string") return false;
    units += piece.length;
    if (units > PIECES_UNITS_MAX) return false;
  }
  return units > 0;
}
