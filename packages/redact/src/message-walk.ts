import type { Holds, Plan } from "@scrim/policy";
import { joinDecisions } from "@scrim/policy";
import {
  ANY_VALUE,
  DEPTH_MAX,
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  type Field,
  FieldWalker,
  HISTOGRAM_DATA_POINT,
  I64,
  INSTRUMENTATION_SCOPE,
  KEY_VALUE,
  KEY_VALUE_AND_UNIT,
  LEN,
  LOG_RECORD,
  METRIC,
  type MessageType,
  NUMBER_DATA_POINT,
  PROFILE,
  PROFILES_DICTIONARY,
  RESOURCE,
  readInt32,
  readInt64,
  type Signal,
  SPAN,
  SUMMARY_DATA_POINT,
  uint32Size,
  VARINT,
  writeUint32,
} from "@scrim/wire";
import { DecisionCache } from "./decision-cache.ts";
import { fieldRanges } from "./field-ranges.ts";
import { KeyEntry } from "./key-entry.ts";
import { KeyPath } from "./key-path.ts";
import { withheldLabel } from "./labels.ts";
import { isPrintable } from "./printable.ts";
import { ProfileStrings } from "./profile-strings.ts";
import { conditionsOf } from "./resource-conditions.ts";
import type { TextEngine } from "./text-engine.ts";
import { doubleDigits, intDigits, readDouble } from "./wire-number.ts";

/** Fields of `AnyValue`. */
const STRING_VALUE = 1;
const BOOL_VALUE = 2;
const INT_VALUE = 3;
const DOUBLE_VALUE = 4;
const ARRAY_VALUE = 5;
const KVLIST_VALUE = 6;
const BYTES_VALUE = 7;

/** Fields of `KeyValue` and `KeyValueAndUnit`. */
const KEY = 1;
const VALUE = 2;

/** Messages that have a work budget of their own; what is inside them, such as a span's events, shares it. */
const RECORDS: ReadonlySet<MessageType> = new Set([
  RESOURCE,
  INSTRUMENTATION_SCOPE,
  LOG_RECORD,
  SPAN,
  METRIC,
  NUMBER_DATA_POINT,
  HISTOGRAM_DATA_POINT,
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  SUMMARY_DATA_POINT,
  PROFILE,
  KEY_VALUE_AND_UNIT,
]);

/** Scans what was collected when it reaches this much, so that memory follows the record, not the request. */
const FLUSH_BYTES = 4 * 1024 * 1024;

/** The field around a value, which an action may remove: `bytes[start, end)`. */
interface Owner {
  start: number;
  end: number;
  /** Tag of a field whose place must stay taken (an entry of a table): it is emptied, not removed. */
  keepTag: number;
}

/**
 * Walks an export request and hands each text to the text engine with the decision for its key. Knows OTLP's
 * messages only through the tables of `@scrim/wire`; what the tables don't name is taken out.
 */
export class MessageWalk {
  readonly #plan: Plan;
  readonly #texts: TextEngine;
  readonly #bodyEntry: KeyEntry;
  readonly #textEntry: KeyEntry;
  readonly #caches = new Map<string, DecisionCache>();
  readonly #redactKey: (key: Buffer) => Buffer | undefined;
  readonly #redactTableText: (text: Buffer) => Buffer;
  readonly #walkers: FieldWalker[] = [];

  #bytes: Buffer = Buffer.alloc(0);
  #keys: DecisionCache;
  #profile: ProfileStrings | undefined;
  #dictionaryKeys: DecisionCache | undefined;
  /** What strings of the table decide as keys, by the decisions that apply and their index. */
  readonly #tableEntries = new Map<DecisionCache, Map<number, KeyEntry>>();
  /** Path of the nested key being read. */
  readonly #path = new KeyPath();
  #collected = 0;

  constructor(
    plan: Plan,
    texts: TextEngine,
    redactKey: (key: Buffer) => Buffer | undefined,
    redactTableText: (text: Buffer) => Buffer,
  ) {
    this.#plan = plan;
    this.#texts = texts;
    this.#redactKey = redactKey;
    this.#redactTableText = redactTableText;
    this.#bodyEntry = new KeyEntry("", plan.body);
    this.#textEntry = new KeyEntry("", plan.text);
    this.#keys = this.#cacheFor(0);
  }

  /** The decisions that apply where the walk is. */
  get keys(): DecisionCache {
    return this.#keys;
  }

  get bodyEntry(): KeyEntry {
    return this.#bodyEntry;
  }

  /** @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` where the framing is broken */
  walk(signal: Signal, type: MessageType, bytes: Buffer): void {
    this.#bytes = bytes;
    this.#keys = this.#cacheFor(0);
    this.#collected = 0;
    this.#dictionaryKeys = undefined;
    this.#tableEntries.clear();
    this.#profile = signal === "profiles" ? new ProfileStrings(bytes) : undefined;
    this.#message(type, 0, bytes.length, 0);
    if (this.#profile === undefined) return;
    this.#enterDictionary();
    this.#stringTable(this.#profile);
  }

  #message(type: MessageType, start: number, end: number, depth: number): void {
    if (type.fields[1]?.message === RESOURCE) {
      this.#keys = this.#cacheFor(conditionsOf(this.#plan, this.#bytes, [start, end]));
    }
    if (type === PROFILES_DICTIONARY) this.#enterDictionary();
    if (RECORDS.has(type)) this.#texts.beginRecord();
    const walker = this.#walker(depth, start, end);
    while (walker.next()) {
      const { tag, start: payload, end: stop } = walker;
      const field = fieldOf(type, walker);
      if (field === undefined) this.#dropField(tag, stop);
      else if (field.message === KEY_VALUE) this.#keyValue(tag, payload, stop, depth + 1, 0, false);
      else if (field.message === ANY_VALUE) this.#bodyOrEntry(type, walker, depth);
      else if (field.message !== undefined) this.#message(field.message, payload, stop, depth + 1);
      else this.#leaf(field, tag, payload, stop);
    }
    if (this.#collected > FLUSH_BYTES) this.#flush();
  }

  #flush(): void {
    this.#texts.finish();
    this.#collected = 0;
  }

  #leaf(field: Field, tag: number, start: number, end: number): void {
    switch (field.role) {
      case "text":
        // The string table is last: which of its strings are values is known only then.
        if (this.#profile?.isTableEntry(start) !== true) this.#string(start, end, this.#textEntry);
        return;
      case "id":
        this.#id(field, tag, start, end);
        return;
      case "opaque":
        if (end > start) this.#dropField(tag, end);
        return;
      default:
        return;
    }
  }

  /** An id of the wrong length, or one that spells something, is no id. */
  #id(field: Field, tag: number, start: number, end: number): void {
    const { edits, counts } = this.#texts;
    if (end === start) return;
    if (end - start !== field.idBytes) {
      edits.drop(tag, end);
      counts.addWithheld("structure");
    } else if (isPrintable(this.#bytes, start, end)) {
      this.#texts.id(start, end, this.#textEntry, { replaceText: () => edits.drop(tag, end) });
    }
  }

  #string(start: number, end: number, entry: KeyEntry): void {
    this.#collected += end - start;
    this.#texts.string(start, end, entry);
  }

  #dropField(start: number, end: number): void {
    this.#texts.edits.drop(start, end);
    this.#texts.counts.dropped_fields++;
  }

  // ---- resources ----

  /** The decisions under one set of conditions, or the strictest of several. */
  #cacheFor(...holds: readonly Holds[]): DecisionCache {
    const name = holds.join();
    let cache = this.#caches.get(name);
    if (cache === undefined) {
      if (this.#caches.size >= CACHES_MAX) this.#caches.clear();
      cache = new DecisionCache(this.#plan, holds, this.#redactKey);
      this.#caches.set(name, cache);
    }
    return cache;
  }

  /** A profile's dictionary serves all resources of the request. Looked for once a request. */
  #enterDictionary(): void {
    this.#dictionaryKeys ??= this.#keysOfAllResources();
    this.#keys = this.#dictionaryKeys;
  }

  #keysOfAllResources(): DecisionCache {
    const resources = fieldRanges(this.#bytes, [0, this.#bytes.length], 1);
    const holds = new Set(resources.map((range) => conditionsOf(this.#plan, this.#bytes, range)));
    return this.#cacheFor(...(holds.size === 0 ? [0] : [...holds].sort()));
  }

  // ---- attributes ----

  /**
   * A `KeyValue` whose payload is `[start, end)`. Every key counts, wherever it stands: the strictest of their
   * decisions is applied to every value.
   */
  #keyValue(tag: number, start: number, end: number, depth: number, prefix: number, inBody: boolean): void {
    if (!this.#texts.takeNode()) {
      this.#withholdNode(tag, end);
      return;
    }
    const walker = this.#walker(depth, start, end);
    if (this.#plainKeyValue(walker, tag, end, depth, prefix, inBody)) return;
    walker.enter(this.#bytes, start, end);
    let entry: KeyEntry | undefined;
    while (walker.next()) {
      if (walker.wire !== LEN || walker.field !== KEY) {
        if (walker.field === 3 && walker.wire === VARINT)
          entry = stricter(entry, this.#indexedKey(walker, inBody));
        continue;
      }
      const found = this.#lookup(walker.start, walker.end, prefix);
      entry = stricter(entry, inBody ? found.inBody(this.#plan.body) : found);
      if (found.keyReplacement !== undefined)
        this.#replaceKey(walker.start, walker.end, found.keyReplacement);
    }
    entry ??= this.#lookup(start, start, 0); // no key at all is the key ""
    if (entry.decision.action.kind === "drop" && entry.actsOnMaps) {
      this.#dropDecided(tag, end, entry);
      return;
    }
    const owner: Owner = { start: tag, end, keepTag: 0 };
    walker.enter(this.#bytes, start, end);
    while (walker.next()) {
      const field = fieldOf(KEY_VALUE, walker);
      if (field?.number === VALUE) {
        this.#anyValue(walker.start, walker.end, depth + 1, entry, inBody, owner);
      } else if (field === undefined || (field.role === "index" && this.#profile === undefined)) {
        this.#dropField(walker.tag, walker.end);
      }
    }
  }

  #withholdNode(start: number, end: number): void {
    this.#texts.edits.drop(start, end);
    this.#texts.counts.addWithheld("record_nodes");
  }

  /** The form that all SDKs write: one key, then one value, nothing else. False, and nothing done, for others. */
  #plainKeyValue(
    walker: FieldWalker,
    tag: number,
    end: number,
    depth: number,
    prefix: number,
    inBody: boolean,
  ): boolean {
    if (!isNext(walker, KEY)) return false;
    const { start: keyStart, end: keyEnd } = walker;
    if (!isNext(walker, VALUE) || walker.end !== end) return false;
    const found = this.#lookup(keyStart, keyEnd, prefix);
    if (found.keyReplacement !== undefined) this.#replaceKey(keyStart, keyEnd, found.keyReplacement);
    const entry = inBody ? found.inBody(this.#plan.body) : found;
    if (entry.decision.action.kind === "drop" && entry.actsOnMaps) this.#dropDecided(tag, end, entry);
    else {
      const owner: Owner = { start: tag, end, keepTag: 0 };
      this.#anyValue(walker.start, walker.end, depth + 1, entry, inBody, owner);
    }
    return true;
  }

  #lookup(start: number, end: number, prefix: number): KeyEntry {
    if (prefix === 0) return this.#keys.lookup(this.#bytes, start, end, start);
    const length = this.#path.append(prefix, this.#bytes, start, end);
    return this.#keys.lookup(this.#path.bytes, 0, length, prefix);
  }

  #replaceKey(start: number, end: number, replacement: Buffer): void {
    if (start === end) return;
    this.#texts.edits.replace(start, end, replacement);
    this.#texts.counts.addRedacted("key", "mask");
  }

  /** A key that is an index into a profile's string table. */
  #indexedKey(walker: FieldWalker, inBody: boolean): KeyEntry | undefined {
    const index = readInt32(this.#bytes, walker.start, walker.end);
    const found = this.#tableEntry(index);
    return inBody ? found?.inBody(this.#plan.body) : found;
  }

  /**
   * What a string of the table decides as a key: by what it will read when it has been redacted itself. One that
   * is a value as well may be replaced whole, so it decides no more freely than a key that nobody knows.
   */
  #tableEntry(index: number): KeyEntry | undefined {
    const range = this.#profile?.range(index);
    if (range === undefined) return undefined;
    const known = this.#tableEntries.get(this.#keys) ?? new Map<number, KeyEntry>();
    this.#tableEntries.set(this.#keys, known);
    let entry = known.get(index);
    if (entry === undefined) {
      const key = this.#redactTableText(this.#bytes.subarray(range[0], range[1]));
      entry = this.#keys.lookup(key, 0, key.length, 0);
      if (this.#profile?.isValue(index)) entry = stricter(entry, this.#keys.lookup(key, 0, 0, 0));
      known.set(index, entry);
    }
    return entry;
  }

  #dropDecided(start: number, end: number, entry: KeyEntry): void {
    this.#texts.edits.drop(start, end);
    this.#texts.counts.addRedacted(entry.decision.class, "drop");
  }

  /** The one field of type `AnyValue` outside `KeyValue`: a log's body, or an entry of a profile's attribute table. */
  #bodyOrEntry(type: MessageType, walker: FieldWalker, depth: number): void {
    const { tag, start, end } = walker;
    if (type === KEY_VALUE_AND_UNIT) {
      const entry = this.#tableKey(walker);
      this.#anyValue(start, end, depth + 1, entry, false, {
        start: tag,
        end,
        keepTag: VALUE,
      });
      return;
    }
    const entry = this.#bodyEntry;
    this.#anyValue(start, end, depth + 1, entry, true, { start: tag, end, keepTag: 0 });
  }

  #tableKey(walker: FieldWalker): KeyEntry {
    const index = this.#profile?.keyOfEntry(walker.start);
    return (index === undefined ? undefined : this.#tableEntry(index)) ?? this.#textEntry;
  }

  // ---- values ----

  #anyValue(start: number, end: number, depth: number, entry: KeyEntry, inBody: boolean, owner: Owner): void {
    const walker = this.#walker(depth, start, end);
    while (walker.next()) {
      const { tag, start: payload, end: stop } = walker;
      const field = fieldOf(ANY_VALUE, walker);
      switch (field?.number) {
        case STRING_VALUE:
          if (entry.decision.action.kind === "drop") this.#remove(owner, entry);
          else this.#string(payload, stop, entry);
          break;
        case BOOL_VALUE:
          if (entry.acts) this.#nonString(tag, stop, "true", entry, owner);
          break;
        case INT_VALUE:
          this.#int(tag, payload, stop, entry, owner);
          break;
        case DOUBLE_VALUE:
          this.#double(tag, payload, stop, entry, owner);
          break;
        case ARRAY_VALUE:
          this.#array(tag, payload, stop, depth + 1, entry, inBody);
          break;
        case KVLIST_VALUE:
          this.#kvlist(tag, payload, stop, depth + 1, entry, inBody, owner);
          break;
        case BYTES_VALUE:
          if (entry.acts) this.#nonString(tag, stop, "bytes", entry, owner);
          else this.#bytesValue(payload, stop, entry);
          break;
        case undefined:
          this.#dropField(tag, stop);
          break;
        default:
          this.#stringIndex(tag, payload, stop, entry);
      }
    }
  }

  #bytesValue(start: number, end: number, entry: KeyEntry): void {
    this.#collected += end - start;
    this.#texts.bytes(start, end, entry);
  }

  #int(tag: number, start: number, end: number, entry: KeyEntry, owner: Owner): void {
    if (entry.acts) {
      const digits = readInt64(this.#bytes, start, end).toString();
      if (!this.#coarseNumber(tag, end, digits, entry, INT_VALUE))
        this.#nonString(tag, end, digits, entry, owner);
      return;
    }
    const digits = entry.decision.action.kind === "keep" ? undefined : intDigits(this.#bytes, start, end);
    if (digits !== undefined) this.#number(tag, end, digits, entry, owner);
  }

  #double(tag: number, start: number, end: number, entry: KeyEntry, owner: Owner): void {
    if (entry.acts) {
      const digits = readDouble(this.#bytes, start).toString();
      if (!this.#coarseNumber(tag, end, digits, entry, DOUBLE_VALUE))
        this.#nonString(tag, end, digits, entry, owner);
      return;
    }
    const digits = entry.decision.action.kind === "keep" ? undefined : doubleDigits(this.#bytes, start);
    if (digits !== undefined) this.#number(tag, end, digits, entry, owner);
  }

  /** Numbers stay numbers where the action says how: rounded down to a bucket. */
  #coarseNumber(tag: number, end: number, digits: string, entry: KeyEntry, field: number): boolean {
    const { action } = entry.decision;
    if (action.kind !== "generalize" || action.to.bucket === undefined) return false;
    const coarse = this.#texts.replacement(Buffer.from(digits), entry).toString("latin1");
    if (!/^-?\d+(?:\.\d+)?$/.test(coarse)) return false;
    if (coarse === digits) return true;
    this.#texts.edits.replace(
      tag,
      end,
      field === INT_VALUE ? intField(BigInt(coarse)) : doubleField(Number(coarse)),
    );
    this.#texts.counts.addRedacted(entry.decision.class, action.kind);
    return true;
  }

  /** A number in which a detector may find something. */
  #number(tag: number, end: number, digits: string, entry: KeyEntry, owner: Owner): void {
    this.#collected += digits.length;
    this.#texts.number(digits, entry, {
      replaceText: (label) => {
        this.#texts.counts.type_changes++;
        if (entry.decision.onNonString === "stringify")
          this.#texts.edits.replace(tag, end, stringField(label));
        else this.#empty(owner);
      },
    });
  }

  /** An action for strings meets something else: removed, or made a string, as the policy says. */
  #nonString(tag: number, end: number, text: string, entry: KeyEntry, owner: Owner): void {
    this.#texts.counts.type_changes++;
    if (entry.decision.onNonString === "stringify" && entry.decision.action.kind !== "drop") {
      this.#texts.edits.replace(tag, end, stringField(this.#texts.replacement(Buffer.from(text), entry)));
      this.#texts.counts.addRedacted(entry.decision.class, entry.decision.action.kind);
    } else {
      this.#remove(owner, entry);
    }
  }

  #remove(owner: Owner, entry: KeyEntry): void {
    this.#empty(owner);
    this.#texts.counts.addRedacted(entry.decision.class, entry.decision.action.kind);
  }

  #empty(owner: Owner): void {
    if (owner.keepTag === 0) this.#texts.edits.drop(owner.start, owner.end);
    else this.#texts.edits.replace(owner.start, owner.end, Uint8Array.of((owner.keepTag << 3) | LEN, 0));
  }

  /** An array's elements get what its key gets. */
  #array(tag: number, start: number, end: number, depth: number, entry: KeyEntry, inBody: boolean): void {
    if (this.#tooDeep(tag, end, depth)) return;
    const walker = this.#walker(depth, start, end);
    while (walker.next()) {
      if (walker.field !== 1 || walker.wire !== LEN) {
        this.#dropField(walker.tag, walker.end);
        continue;
      }
      if (!this.#texts.takeNode()) {
        this.#withholdNode(walker.tag, walker.end);
        continue;
      }
      const owner: Owner = { start: walker.tag, end: walker.end, keepTag: 0 };
      this.#anyValue(walker.start, walker.end, depth + 1, entry, inBody, owner);
    }
  }

  /** A map: an action for its own key takes it whole; otherwise each key inside is decided by its path. */
  #kvlist(
    tag: number,
    start: number,
    end: number,
    depth: number,
    entry: KeyEntry,
    inBody: boolean,
    owner: Owner,
  ): void {
    if (entry.actsOnMaps) {
      this.#nonString(tag, end, "map", entry, owner);
      return;
    }
    if (this.#tooDeep(tag, end, depth)) return;
    const prefix = this.#path.enter(entry.path);
    const walker = this.#walker(depth, start, end);
    while (walker.next()) {
      if (walker.field !== 1 || walker.wire !== LEN) this.#dropField(walker.tag, walker.end);
      else this.#keyValue(walker.tag, walker.start, walker.end, depth + 1, prefix, inBody);
    }
  }

  /** Two more levels are needed for what is in a container. */
  #tooDeep(tag: number, end: number, depth: number): boolean {
    if (depth + 2 <= DEPTH_MAX) return false;
    this.#texts.edits.replace(tag, end, stringField(withheldLabel("depth")));
    this.#texts.counts.addWithheld("depth");
    return true;
  }

  // ---- profiles ----

  /** A value that is an index into a profile's string table; means nothing elsewhere. */
  #stringIndex(tag: number, start: number, end: number, entry: KeyEntry): void {
    const index = readInt32(this.#bytes, start, end);
    if (this.#profile?.range(index) === undefined) this.#dropField(tag, end);
    else if (entry.acts) this.#profile.setAction(index, stricter(this.#profile.action(index), entry));
  }

  #stringTable(profile: ProfileStrings): void {
    for (let index = 0; index < profile.length; index++) {
      const [start, end] = profile.range(index)!;
      const entry = profile.action(index) ?? this.#textEntry;
      this.#texts.beginRecord();
      this.#string(start, end, entry);
      if (this.#collected > FLUSH_BYTES) this.#flush();
    }
  }

  #walker(depth: number, start: number, end: number): FieldWalker {
    const walker = (this.#walkers[depth] ??= new FieldWalker());
    walker.enter(this.#bytes, start, end);
    return walker;
  }
}

/** Decision caches kept: one for each set of conditions that was seen to hold. */
const CACHES_MAX = 16;

/** The table's field for the walker's, if it has the wire type that the table says; packed scalars included. */
function fieldOf(type: MessageType, walker: FieldWalker): Field | undefined {
  const field = walker.field < type.fields.length ? type.fields[walker.field] : undefined;
  if (field === undefined || field.wire === walker.wire) return field;
  return walker.wire === LEN && field.repeated && field.wire !== LEN ? field : undefined;
}

/** Moves on, and says whether that is to a length-delimited field of this number. */
function isNext(walker: FieldWalker, field: number): boolean {
  return walker.next() && walker.field === field && walker.wire === LEN;
}

function stricter(a: KeyEntry | undefined, b: KeyEntry | undefined): KeyEntry {
  if (a === undefined || a === b) return b!;
  if (b === undefined) return a;
  return new KeyEntry(a.path, joinDecisions([a.decision, b.decision]));
}

/** `AnyValue.string_value` with `text`. */
function stringField(text: Buffer): Buffer {
  const field = Buffer.allocUnsafe(1 + uint32Size(text.length) + text.length);
  field[0] = (STRING_VALUE << 3) | LEN;
  text.copy(field, writeUint32(field, 1, text.length));
  return field;
}

function intField(value: bigint): Buffer {
  const bytes = [(INT_VALUE << 3) | VARINT];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function doubleField(value: number): Buffer {
  const field = Buffer.allocUnsafe(9);
  field[0] = (DOUBLE_VALUE << 3) | I64;
  field.writeDoubleLE(value, 1);
  return field;
}
