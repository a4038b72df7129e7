import { isUtf8 } from "node:buffer";
import type { Holds, Plan } from "@scrim/policy";
import { joinDecisions } from "@scrim/policy";
import {
  ANY_VALUE,
  ARRAY_VALUE,
  BOOL_VALUE,
  BYTES_VALUE,
  DEPTH_MAX,
  DOUBLE_VALUE,
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  type Field,
  FieldWalker,
  HISTOGRAM_DATA_POINT,
  I64,
  INSTRUMENTATION_SCOPE,
  INT_VALUE,
  KEY,
  KEY_VALUE,
  KEY_VALUE_AND_UNIT,
  KVLIST_VALUE,
  LEN,
  LOG_RECORD,
  METRIC,
  type MessageType,
  NUMBER_DATA_POINT,
  PackedReader,
  PROFILE,
  PROFILES_DICTIONARY,
  RESOURCE,
  readInt32,
  readInt64,
  type Signal,
  SPAN,
  STRING_VALUE,
  SUMMARY_DATA_POINT,
  uint32Size,
  VALUE,
  VARINT,
  writeUint32,
} from "@scrim/wire";
import type { RecordPlace } from "./actions/apply.ts";
import { DecisionCache } from "./decision-cache.ts";
import { fieldRanges } from "./field-ranges.ts";
import { KeyEntry } from "./key-entry.ts";
import { KeyPath } from "./key-path.ts";
import { type WithheldReason, withheldLabel } from "./labels.ts";
import { NOWHERE, PlaceOfRecord } from "./place-of-record.ts";
import { isPrintable } from "./printable.ts";
import { ProfileStrings } from "./profile-strings.ts";
import { ResourceConditions } from "./resource-conditions.ts";
import { joinsPieces, ShortLists } from "./short-lists.ts";
import type { TextEngine } from "./text-engine.ts";
import type { Tracer } from "./tracer.ts";
import { doubleDigits, intDigits, readDouble } from "./wire-number.ts";

/** In profiles a key may be an index into the string table. */
const KEY_STRINDEX = 3;

const NOTHING = Buffer.alloc(0);
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
/** What a map is as a string: its keys and values are another matter. */
const MAP = Buffer.from("map");

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

/** Scans what was collected when it reaches this much, so that memory doesn't follow the request. */
const FLUSH_BYTES = 4 * 1024 * 1024;
/** What a collected number costs in memory, with what is remembered about it. */
const NUMBER_BYTES = 128;

/** Where a value stands, and what it gets. */
interface Place {
  /** The field around the value, which an action may remove: `bytes[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Tag of a field whose place must stay taken (an entry of a table): it is emptied, not removed. */
  readonly keepTag: number;
  readonly entry: KeyEntry;
  /** It stands under several keys, and decoders disagree about which counts. */
  readonly isAmbiguous: boolean;
  readonly inBody: boolean;
}

/**
 * Walks an export request and hands each text to the text engine with the decision for its key. Knows OTLP's
 * messages only through the tables of `@scrim/wire`; what the tables don't name is taken out.
 */
export class MessageWalk {
  readonly #plan: Plan;
  readonly #texts: TextEngine;
  readonly #bodyEntry: KeyEntry;
  /** What a text of OTLP's own gets, which stands under no key. */
  readonly textEntry: KeyEntry;
  readonly #caches = new Map<string, DecisionCache>();
  readonly #redactKey: (key: Buffer) => Buffer | undefined;
  readonly #place: PlaceOfRecord | undefined;
  readonly #lists = new ShortLists();
  readonly #walkers: FieldWalker[] = [];
  readonly #numbers = new PackedReader();

  #bytes: Buffer = Buffer.alloc(0);
  #keys: DecisionCache;
  #profile: ProfileStrings | undefined;
  #dictionaryKeys: DecisionCache | undefined;
  readonly #conditions: ResourceConditions;
  /** Path of the nested key being read. */
  readonly #path = new KeyPath();
  #collected = 0;
  #isUnsettled = false;
  #tracer: Tracer | undefined;

  constructor(
    plan: Plan,
    texts: TextEngine,
    redactKey: (key: Buffer) => Buffer | undefined,
    place: RecordPlace,
  ) {
    this.#place = plan.sealKey === undefined ? undefined : new PlaceOfRecord(place);
    this.#plan = plan;
    this.#texts = texts;
    this.#redactKey = redactKey;
    this.#bodyEntry = new KeyEntry("", plan.body);
    this.textEntry = new KeyEntry("", plan.text);
    this.#conditions = new ResourceConditions(plan.conditions);
    this.#keys = this.#cacheFor(0);
  }

  /** The decisions that apply where the walk is. */
  get keys(): DecisionCache {
    return this.#keys;
  }

  /** What a text under `key` gets that belongs to no resource; without a key, a log body. */
  entryOf(key: string | undefined): KeyEntry {
    this.#keys = this.#cacheFor(0);
    if (key === undefined) return this.#bodyEntry;
    const name = Buffer.from(key);
    return this.#keys.lookup(name, 0, name.length, 0);
  }

  /** Whether the walk decided by a key that it then saw become another one, as only a string table lets it. */
  get isUnsettled(): boolean {
    return this.#isUnsettled;
  }

  /** @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` where the framing is broken */
  walk(signal: Signal, type: MessageType, bytes: Buffer): void {
    this.#bytes = bytes;
    this.#place?.leaveTo(NOWHERE);
    this.#keys = this.#cacheFor(0);
    this.#collected = 0;
    this.#isUnsettled = false;
    this.#tracer = this.#texts.counts.tracer;
    this.#dictionaryKeys = undefined;
    this.#tableKeys = undefined;
    this.#profile = signal === "profiles" ? new ProfileStrings(bytes) : undefined;
    this.#message(type, 0, bytes.length, 0);
    if (this.#profile === undefined) return;
    this.#enterDictionary();
    this.#stringTable(this.#profile);
  }

  #message(type: MessageType, start: number, end: number, depth: number): void {
    const place = this.#place;
    if (place === undefined || !place.changes(type)) {
      this.#messageInPlace(type, start, end, depth);
      return;
    }
    this.#texts.finish(); // what was collected stands elsewhere
    const around = place.enter(type, this.#bytes, [start, end]);
    this.#messageInPlace(type, start, end, depth);
    this.#texts.finish();
    place.leaveTo(around);
  }

  #messageInPlace(type: MessageType, start: number, end: number, depth: number): void {
    // Before anything under the resource is decided, wherever in the message it stands.
    if (type.fields[1]?.message === RESOURCE)
      this.#keys = this.#cacheFor(this.#conditions.holding(this.#bytes, [start, end], this.#profile));
    if (type === PROFILES_DICTIONARY) this.#enterDictionary();
    if (RECORDS.has(type)) this.#texts.beginRecord();
    const walker = this.#walker(depth, start, end);
    const tracer = this.#tracer;
    while (walker.next()) {
      const { tag, start: payload, end: stop } = walker;
      const field = fieldOf(type, walker);
      if (tracer !== undefined) this.#enterField(tracer, type, field);
      if (field === undefined) this.#dropField(tag, stop);
      else if (field.message === KEY_VALUE) this.#keyValue(tag, payload, stop, depth + 1, NO_PREFIX, false);
      else if (field.message === ANY_VALUE) this.#bodyOrEntry(type, walker, depth);
      else if (field.message !== undefined) this.#message(field.message, payload, stop, depth + 1);
      else if (walker.wire !== field.wire) this.#packed(field, payload, stop);
      else this.#leaf(field, tag, payload, stop);
    }
  }

  // ---- for a trace, which wants to hear of each text where it stands: those before it are scanned now ----

  #enterField(tracer: Tracer, type: MessageType, field: Field | undefined): void {
    this.#texts.finish();
    tracer.at(`${type.name}.${field?.name ?? ""}`);
  }

  /** A value that gets what `entry` says. */
  #enterValue(tracer: Tracer, entry: KeyEntry): void {
    this.#texts.finish();
    tracer.enter(0, entry);
    tracer.decidedWhole(entry);
  }

  // ---- texts of OTLP's own ----

  /** Makes room for a text of so many bytes. */
  #collect(bytes: number): void {
    if (this.#collected > FLUSH_BYTES) {
      this.#texts.finish();
      this.#collected = 0;
    }
    this.#collected += bytes;
  }

  #leaf(field: Field, tag: number, start: number, end: number): void {
    switch (field.role) {
      case "text":
        // The string table is last: which of its strings are values is known only then.
        if (start === end || this.#profile?.isTableEntry(start) === true) return;
        if (this.#tracer !== undefined) this.#enterValue(this.#tracer, this.textEntry);
        this.#string(start, end, this.textEntry);
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
      this.#collect(NUMBER_BYTES);
      if (this.#tracer !== undefined) this.#enterValue(this.#tracer, this.textEntry);
      this.#texts.id(start, end, this.textEntry, { replaceText: () => edits.drop(tag, end) });
    }
  }

  /** Numbers side by side. Nothing is done to them, but a destination that can't read them would refuse the whole batch. */
  #packed(field: Field, start: number, end: number): void {
    this.#numbers.enter(this.#bytes, field.wire, start, end);
    while (this.#numbers.next());
  }

  #string(start: number, end: number, entry: KeyEntry): void {
    this.#collect(end - start);
    this.#texts.string(start, end, entry);
  }

  #dropField(start: number, end: number): void {
    this.#texts.edits.drop(start, end);
    this.#texts.counts.dropped_fields++;
  }

  /** An index where there is no string table. */
  #dropIndex(start: number, end: number): void {
    this.#dropField(start, end);
    this.#texts.counts.string_indices++;
  }

  /** The decisions under one set of conditions, or the strictest of several. */
  #cacheFor(...holds: readonly Holds[]): DecisionCache {
    const name = holds.join();
    const known = this.#caches.get(name);
    if (known !== undefined) return known;
    if (this.#caches.size === CACHES_MAX) this.#caches.delete(this.#caches.keys().next().value!);
    const cache = new DecisionCache(this.#plan, holds, this.#redactKey);
    this.#caches.set(name, cache);
    return cache;
  }

  /** A profile's dictionary serves all resources of the request, which are looked at once. */
  #enterDictionary(): void {
    this.#dictionaryKeys ??= this.#keysOfAllResources();
    this.#keys = this.#dictionaryKeys;
  }

  #keysOfAllResources(): DecisionCache {
    const resources = fieldRanges(this.#bytes, [0, this.#bytes.length], 1);
    const holds = new Set(
      resources.map((range) => this.#conditions.holding(this.#bytes, range, this.#profile)),
    );
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
    let keys = 0;
    while (walker.next()) {
      const found = this.#keyAt(walker, prefix);
      if (found === undefined) continue;
      entry = stricter(entry, this.#entryIn(inBody, found));
      keys++;
    }
    entry ??= this.#entryIn(inBody, this.#lookup(start, start, prefix)); // no key at all is the key ""
    if (entry.decision.action.kind === "drop" && entry.actsOnMaps) {
      this.#dropDecided(tag, end, entry);
      return;
    }
    const place: Place = { start: tag, end, keepTag: 0, entry, isAmbiguous: keys > 1, inBody };
    walker.enter(this.#bytes, start, end);
    while (walker.next()) {
      const field = fieldOf(KEY_VALUE, walker);
      if (field?.number === VALUE) {
        this.#anyValue(walker.start, walker.end, depth + 1, place);
      } else if (field === undefined) {
        this.#dropField(walker.tag, walker.end);
      } else if (field.role === "index" && this.#profile === undefined) {
        this.#dropIndex(walker.tag, walker.end);
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
    const entry = this.#entryIn(inBody, found);
    if (entry.decision.action.kind === "drop" && entry.actsOnMaps) {
      this.#dropDecided(tag, end, entry);
    } else {
      const place: Place = { start: tag, end, keepTag: 0, entry, isAmbiguous: false, inBody };
      this.#anyValue(walker.start, walker.end, depth + 1, place);
    }
    return true;
  }

  #entryIn(inBody: boolean, found: KeyEntry): KeyEntry {
    return inBody ? found.inBody(this.#plan.body) : found;
  }

  #lookup(start: number, end: number, prefix: number): KeyEntry {
    if (prefix === NO_PREFIX) return this.#keys.lookup(this.#bytes, start, end, start);
    const pathEnd = this.#path.append(prefix, this.#bytes, start, end);
    return this.#keys.lookup(this.#path.bytes, this.#path.startOf(prefix), pathEnd, prefix);
  }

  /** The entry for the field of a `KeyValue` if it is a key, spelled out or an index into a profile's string table. */
  #keyAt(walker: FieldWalker, prefix: number): KeyEntry | undefined {
    if (walker.field === KEY && walker.wire === LEN) {
      const found = this.#lookup(walker.start, walker.end, prefix);
      if (found.keyReplacement !== undefined)
        this.#replaceKey(walker.start, walker.end, found.keyReplacement);
      return found;
    }
    if (walker.field !== KEY_STRINDEX || walker.wire !== VARINT) return undefined;
    const range = this.#profile?.keyRange(readInt32(this.#bytes, walker.start, walker.end));
    return range === undefined ? undefined : this.#lookup(range[0], range[1], prefix);
  }

  #replaceKey(start: number, end: number, replacement: Buffer): void {
    this.#texts.edits.replace(start, end, replacement);
    this.#texts.counts.addKey(replacement);
  }

  #dropDecided(start: number, end: number, entry: KeyEntry): void {
    if (this.#tracer !== undefined) this.#enterValue(this.#tracer, entry);
    this.#texts.edits.drop(start, end);
    this.#texts.counts.addRedacted(entry.decision.class, "drop");
  }

  /** The one field of type `AnyValue` outside `KeyValue`: a log's body, or an entry of a profile's attribute table. */
  #bodyOrEntry(type: MessageType, walker: FieldWalker, depth: number): void {
    const { tag, start, end } = walker;
    const place: Place =
      type === KEY_VALUE_AND_UNIT
        ? { start: tag, end, keepTag: VALUE, ...this.#tableKey(start), inBody: false }
        : { start: tag, end, keepTag: 0, entry: this.#bodyEntry, isAmbiguous: false, inBody: true };
    this.#anyValue(start, end, depth + 1, place);
  }

  /** Keys of the last table entry, and what they decide: all values of the entry get the same. */
  #tableKeys: readonly number[] | undefined;
  #tableEntry: KeyEntry | undefined;

  #tableKey(valueStart: number): Pick<Place, "entry" | "isAmbiguous"> {
    const keys = this.#profile?.keysOfEntry(valueStart) ?? [];
    if (keys !== this.#tableKeys) {
      let entry: KeyEntry | undefined;
      for (const index of keys) {
        const range = this.#profile?.keyRange(index);
        if (range !== undefined) entry = stricter(entry, this.#lookup(...range, NO_PREFIX));
      }
      this.#tableKeys = keys;
      this.#tableEntry = entry ?? this.textEntry;
    }
    return { entry: this.#tableEntry!, isAmbiguous: keys.length > 1 };
  }

  // ---- values ----

  /** An `AnyValue` in `[start, end)`. Where its oneof is set more than once, decoders disagree: all count. */
  #anyValue(start: number, end: number, depth: number, place: Place): void {
    const { entry } = place;
    const walker = this.#walker(depth, start, end);
    while (walker.next()) {
      const { tag, start: payload, end: stop } = walker;
      const field = fieldOf(ANY_VALUE, walker);
      if (this.#tracer !== undefined && isWhole(field, entry)) this.#enterValue(this.#tracer, entry);
      switch (field?.number) {
        case STRING_VALUE:
          if (entry.decision.action.kind === "drop") this.#remove(place);
          else this.#string(payload, stop, entry);
          break;
        case BOOL_VALUE:
          if (entry.acts) this.#nonString(tag, stop, this.#boolText(payload, stop), place);
          break;
        case INT_VALUE:
          this.#int(tag, payload, stop, place);
          break;
        case DOUBLE_VALUE:
          this.#double(tag, payload, stop, place);
          break;
        case ARRAY_VALUE:
          this.#array(tag, payload, stop, depth + 1, place);
          break;
        case KVLIST_VALUE:
          this.#kvlist(tag, payload, stop, depth + 1, place);
          break;
        case BYTES_VALUE:
          this.#bytesValue(tag, payload, stop, place);
          break;
        case undefined:
          this.#dropField(tag, stop);
          break;
        default:
          this.#stringIndex(tag, payload, stop, entry);
      }
    }
  }

  #boolText(start: number, end: number): Buffer {
    return readInt64(this.#bytes, start, end) === 0n ? FALSE : TRUE;
  }

  #bytesValue(tag: number, start: number, end: number, place: Place): void {
    if (place.entry.acts) {
      this.#nonString(tag, end, this.#bytes.subarray(start, end), place);
    } else {
      this.#collect(end - start);
      this.#texts.bytes(start, end, place.entry);
    }
  }

  #int(tag: number, start: number, end: number, place: Place): void {
    const { acts, decision } = place.entry;
    if (acts) {
      this.#numberInAction(tag, end, readInt64(this.#bytes, start, end).toString(), INT_VALUE, place);
    } else if (decision.action.kind !== "keep") {
      const digits = intDigits(this.#bytes, start, end);
      if (digits !== undefined) this.#number(tag, end, digits, place);
    }
  }

  #double(tag: number, start: number, end: number, place: Place): void {
    const { acts, decision } = place.entry;
    if (acts) {
      this.#numberInAction(tag, end, readDouble(this.#bytes, start).toString(), DOUBLE_VALUE, place);
    } else if (decision.action.kind !== "keep") {
      const digits = doubleDigits(this.#bytes, start);
      if (digits !== undefined) this.#number(tag, end, digits, place);
    }
  }

  /** A number that an action takes by its key. It stays one where the action says which: rounded to a bucket. */
  #numberInAction(tag: number, end: number, digits: string, field: number, place: Place): void {
    const { entry } = place;
    const { action } = entry.decision;
    const value = Buffer.from(digits);
    if (action.kind === "generalize" && action.to.bucket !== undefined) {
      const coarse = this.#texts.replacement(value, entry).toString("latin1");
      if (coarse === digits) return;
      if (/^-?\d+$/.test(coarse)) {
        const written = field === INT_VALUE ? intField(BigInt(coarse)) : doubleField(Number(coarse));
        this.#texts.edits.replace(tag, end, written);
        this.#texts.counts.addRedacted(entry.decision.class, action.kind);
        return;
      }
    }
    this.#nonString(tag, end, value, place);
  }

  /** A number in which a detector may find something. */
  #number(tag: number, end: number, digits: string, place: Place): void {
    this.#collect(NUMBER_BYTES);
    this.#texts.number(digits, place.entry, {
      replaceText: (label) => {
        this.#texts.counts.type_changes++;
        if (place.entry.decision.onNonString === "stringify")
          this.#texts.edits.replace(tag, end, stringField(label));
        else this.#empty(place);
      },
    });
  }

  /** An action for strings meets something else: removed, or made a string, as the policy says. */
  #nonString(tag: number, end: number, text: Buffer, place: Place): void {
    const { edits, counts } = this.#texts;
    const { decision } = place.entry;
    counts.type_changes++;
    if (decision.onNonString === "drop" || decision.action.kind === "drop") {
      this.#remove(place);
    } else if (isUtf8(text)) {
      edits.replace(tag, end, stringField(this.#texts.replacement(text, place.entry)));
      counts.addRedacted(decision.class, decision.action.kind);
    } else {
      this.#withhold(tag, end, "utf8", place);
    }
  }

  /** Puts a label in the place of a whole value, `bytes[tag, end)` in its `AnyValue`. */
  #withhold(tag: number, end: number, reason: WithheldReason, place: Place): void {
    if (place.entry.decision.action.kind === "drop") this.#empty(place);
    else this.#texts.edits.replace(tag, end, stringField(withheldLabel(reason)));
    this.#texts.counts.addWithheld(reason);
  }

  #remove(place: Place): void {
    const { decision } = place.entry;
    this.#empty(place);
    this.#texts.counts.addRedacted(decision.class, decision.action.kind);
  }

  #empty({ start, end, keepTag }: Place): void {
    if (keepTag === 0) this.#texts.edits.drop(start, end);
    else this.#texts.edits.replace(start, end, Uint8Array.of((keepTag << 3) | LEN, 0));
  }

  /** An array's elements get what its key gets. */
  #array(tag: number, start: number, end: number, depth: number, place: Place): void {
    if (this.#tooDeep(tag, end, depth + ARRAY_LEVELS, place)) return;
    const walker = this.#walker(depth, start, end);
    const areArguments = place.entry.decision.text === "command" && !place.entry.acts;
    const mayBePieces = joinsPieces(place.entry);
    this.#lists.open(mayBePieces, start);
    let { entry } = place;
    while (walker.next()) {
      if (walker.field !== 1 || walker.wire !== LEN) {
        this.#dropField(walker.tag, walker.end);
      } else if (!this.#texts.takeNode()) {
        this.#lists.other();
        this.#withholdNode(walker.tag, walker.end);
      } else if (areArguments && this.#isString(walker.start, walker.end, depth + 1)) {
        const text = this.#walkers[depth + 1]!;
        if (this.#tracer !== undefined) this.#enterValue(this.#tracer, place.entry);
        this.#collect(text.end - text.start);
        entry = this.#texts.argument(text.start, text.end, entry, place.entry);
      } else {
        if (mayBePieces && !this.#lists.isDecided) this.#piece(walker.start, walker.end, depth + 1);
        const element: Place = { ...place, start: walker.tag, end: walker.end, keepTag: 0 };
        this.#anyValue(walker.start, walker.end, depth + 1, element);
      }
    }
    const list = this.#lists.close(end);
    if (list !== undefined) this.#texts.pieces(list, place.entry);
  }

  /** An element of a short list, which may be a piece of a text. */
  #piece(start: number, end: number, depth: number): void {
    const isString = this.#isString(start, end, depth);
    const { field, start: from, end: to } = this.#walkers[depth]!;
    if (isString) this.#lists.string(from, to);
    else if (start < end && (field === ARRAY_VALUE || field === KVLIST_VALUE)) this.#lists.container();
    else this.#lists.other();
  }

  /** Whether an `AnyValue` is a string and nothing else, on which its walker then stands. */
  #isString(start: number, end: number, depth: number): boolean {
    const walker = this.#walker(depth, start, end);
    return isNext(walker, STRING_VALUE) && walker.end === end;
  }

  /** A map: an action for its own key takes it whole; otherwise each key inside is decided by its path. */
  #kvlist(tag: number, start: number, end: number, depth: number, place: Place): void {
    const { entry, isAmbiguous, inBody } = place;
    if (entry.actsOnMaps) {
      this.#nonString(tag, end, MAP, place);
      return;
    }
    if (isAmbiguous) {
      this.#withhold(tag, end, "structure", place);
      return;
    }
    if (this.#tooDeep(tag, end, depth + MAP_LEVELS, place)) return;
    const prefix = this.#path.enterPath(depth, entry.path);
    const walker = this.#walker(depth, start, end);
    while (walker.next()) {
      if (walker.field !== 1 || walker.wire !== LEN) this.#dropField(walker.tag, walker.end);
      else this.#keyValue(walker.tag, walker.start, walker.end, depth + 1, prefix, inBody);
    }
  }

  /** `levels`: where the values of a container would stand. */
  #tooDeep(tag: number, end: number, levels: number, place: Place): boolean {
    if (levels <= DEPTH_MAX) return false;
    this.#withhold(tag, end, "depth", place);
    return true;
  }

  // ---- profiles ----

  /** A value that is an index into a profile's string table; means nothing elsewhere. */
  #stringIndex(tag: number, start: number, end: number, entry: KeyEntry): void {
    if (this.#profile === undefined) {
      this.#dropIndex(tag, end);
      return;
    }
    const index = readInt32(this.#bytes, start, end);
    if (this.#profile.range(index) === undefined) this.#dropField(tag, end);
    else this.#profile.visit(index, stricter(this.#profile.action(index) ?? this.textEntry, entry));
  }

  #stringTable(profile: ProfileStrings): void {
    const { edits } = this.#texts;
    this.#texts.finish();
    this.#tracer?.at("ProfilesDictionary.string_table");
    for (let index = 0; index < profile.length; index++) {
      const [start, end] = profile.range(index)!;
      const editsBefore = edits.length;
      const entry = profile.action(index) ?? this.textEntry;
      this.#texts.beginRecord();
      if (this.#tracer !== undefined && end > start) this.#enterValue(this.#tracer, entry);
      if (index === 0 || profile.isBereft(index)) this.#emptyString(start, end, index);
      else this.#string(start, end, entry);
      if (!profile.isKey(index)) continue;
      this.#texts.finish();
      if (edits.length > editsBefore) this.#isUnsettled = true;
    }
  }

  /**
   * A string of the table that goes with what was removed, and was counted there; and the first, which is what is read where no index is written,
   * so that it must be empty (opentelemetry/proto/profiles/v1development/profiles.proto).
   */
  #emptyString(start: number, end: number, index: number): void {
    if (start === end) return;
    this.#texts.edits.replace(start, end, NOTHING);
    if (index === 0) this.#texts.counts.addWithheld("structure");
  }

  #walker(depth: number, start: number, end: number): FieldWalker {
    const walker = (this.#walkers[depth] ??= new FieldWalker());
    walker.enter(this.#bytes, start, end);
    return walker;
  }
}

/** From the depth of a container, which begins at 0, to the level of its values, which begins at 1. */
const ARRAY_LEVELS = 2;
/** Each value stands in a `KeyValue`. */
const MAP_LEVELS = 3;

/** Of keys that stand in no map. */
const NO_PREFIX = 0;

/** Decision caches kept: one for each set of conditions that was seen to hold. Each may take some 2 MB. */
const CACHES_MAX = 64;

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

/** Whether a value of this type gets what `entry` says, rather than the values in it. */
function isWhole(field: Field | undefined, entry: KeyEntry): boolean {
  switch (field?.number) {
    case undefined:
    case ARRAY_VALUE:
      return false;
    case KVLIST_VALUE:
      return entry.actsOnMaps;
    default:
      return true;
  }
}

function stricter(a: KeyEntry | undefined, b: KeyEntry | undefined): KeyEntry {
  if (a === undefined || a === b) return b!;
  if (b === undefined) return a;
  const decision = joinDecisions([a.decision, b.decision]);
  const structured = [a, b].find((entry) => entry.decision.text !== "plain");
  return new KeyEntry(a.path || b.path, { ...decision, text: structured?.decision.text ?? "plain" });
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
