import { isUtf8 } from "node:buffer";
import type { Finding } from "@scrim/detect";
import type { Action, Plan } from "@scrim/policy";
import { SIGNED_URL_QUERY_KEYS } from "@scrim/semconv";
import { EditList } from "@scrim/wire";
import type { ActionRunner, TextAction } from "./actions/apply.ts";
import { CleanTexts } from "./clean-texts.ts";
import { CountsCollector } from "./counts.ts";
import type { DecisionCache } from "./decision-cache.ts";
import { KeyEntry } from "./key-entry.ts";
import { KeyPath } from "./key-path.ts";
import {
  isLabel,
  LABELS,
  redactedLabel,
  URL_CREDENTIALS_LABEL,
  URL_LABEL,
  type WithheldReason,
  withheldLabel,
} from "./labels.ts";
import * as json from "./structure/json-tokens.ts";
import { indexOf, isUnbroken, percentDecode, schemeEnd, splitUrl } from "./structure/url-parts.ts";

/** What a text is, which says how a replacement is written. */
const STRING = 0;
/** The inside of a JSON string without escapes. */
const IN_JSON = 1;
/** A JSON number: a replacement becomes a JSON string. */
const JSON_NUMBER = 2;
/** Part of a URL behind its host. */
const IN_URL = 3;
/** Host and port of a URL. */
const IN_HOST = 7;
/** A number of the wire, written as digits. */
const NUMBER = 4;
/** An id: taken out where something is found in it. */
const ID = 5;
/** Already dealt with. */
const DONE = 6;

const COLUMNS = 6; // source start, source end, scratch start, scratch end, kind, target

/** Texts inside texts (JSON in a JSON string, an encoded query value) that are looked into. */
const NESTING_MAX = 8;
/** Where a value is cut for its size, this much more goes where no white space is near: no half secrets. */
const CUT_MARGIN = 4096;
/** No label is longer. */
const LABEL_BYTES_MAX = 64;
/** Shorter texts are copied faster by a loop than by a call out of JavaScript. */
const NATIVE_COPY_FROM = 48;
/** Rounds of replacing what is found in one text; two are the rule. */
const REWRITE_ROUNDS_MAX = 8;
/** Rounds of scanning and cutting; two are the rule. */
const TRUNCATE_ROUNDS_MAX = 8;
/** What may follow the bracket or brace that opens JSON: a string, a container, the end, a number, a word. */
const JSON_SECOND_BYTES: ReadonlySet<number> = new Set(Buffer.from('"{[]}-0123456789tfn'));
/** Separates texts in the scratch buffer; no atom matches it. */
const NUL = 0;
const PERCENT = 0x25;
const SLASH = 0x2f;
const QUOTE = Buffer.from('"');
const JSON_NULL = Buffer.from("null");
const SIGNED_KEYS = new Set(SIGNED_URL_QUERY_KEYS);

export interface EngineOptions {
  /** How many texts around this engine's texts were decoded. */
  readonly depth?: number;
  /** Texts are scanned as they are, never taken apart. */
  readonly plain?: boolean;
}

/** Where the findings in a number or an id lead: what is to be done is not a matter of the text alone. */
export interface FindingTarget {
  replaceText(label: Buffer): void;
}

/**
 * Collects the texts of one source buffer, scans all of them in one pass, and turns what is found into edits
 * of the source. Reused for buffer after buffer; nothing is allocated for a text without findings.
 *
 * The texts lie in one scratch buffer, separated by NUL. The scanner's automaton runs over it once; only texts
 * that it points at are looked at one by one.
 */
export class TextEngine {
  readonly edits = new EditList();
  counts = new CountsCollector();

  readonly #plan: Plan;
  readonly #actions: ActionRunner;
  readonly #depth: number;
  readonly #plain: boolean;
  readonly #keys: () => DecisionCache;
  #nested: TextEngine | undefined;
  readonly #tokens = new json.JsonTokens();
  readonly #clean = new CleanTexts();

  #source: Buffer = Buffer.alloc(0);
  #scratch = Buffer.allocUnsafeSlow(64 * 1024);
  /** Bytes of the scratch buffer in use. */
  #used = 0;
  #rows = new Int32Array(1024 * COLUMNS);
  #rowsLength = 0;
  /** Parallel to the rows: whose text it is. */
  readonly #entries: KeyEntry[] = [];
  /** What a number or an id leads to, by the `target` column. */
  readonly #targets: FindingTarget[] = [];
  /** Bytes that the current record may still have looked at. */
  #recordBudget = 0;
  /** Attributes and elements that the current record may still have. */
  #nodeBudget = 0;

  /** Path of the JSON member being read; where the keys of each open container begin, and whose it is. */
  readonly #path = new KeyPath();
  readonly #prefixes: number[] = [];
  readonly #paths: string[] = [];
  readonly #containers: KeyEntry[] = [];

  /** @param keys the decisions that apply at the moment; they change with the resource */
  constructor(plan: Plan, actions: ActionRunner, keys: () => DecisionCache, options: EngineOptions = {}) {
    this.#plan = plan;
    this.#actions = actions;
    this.#keys = keys;
    this.#depth = options.depth ?? 0;
    this.#plain = options.plain ?? false;
  }

  /** Starts on a new source buffer, which must stay as it is until {@link finish} returns. */
  begin(source: Buffer): void {
    this.#source = source;
    this.#clearTexts();
    this.edits.clear();
    this.counts = new CountsCollector();
    this.beginRecord();
  }

  /** Starts a new budget: at each log record, span, data point, resource and scope. */
  beginRecord(): void {
    this.#recordBudget = this.#plan.limits.record_bytes_max;
    this.#nodeBudget = this.#plan.limits.record_nodes_max;
  }

  /** Whether the current record may have another attribute or element; takes it out of the budget. */
  takeNode(): boolean {
    return this.#nodeBudget-- > 0;
  }

  /** Scans what was collected and adds the edits. Called at the end, and whenever much has been collected. */
  finish(): void {
    const scratch = this.#scratch.subarray(0, this.#used);
    if (!isUtf8(scratch)) this.#withholdInvalid();
    const { scanner } = this.#plan;
    let row = 0;
    let from = 0;
    while (from < scratch.length) {
      const hit = scanner.locate(scratch, from);
      if (hit < 0) break;
      while (this.#rows[row + 3]! < hit && row + COLUMNS < this.#rowsLength) row += COLUMNS;
      this.#resolve(row);
      from = this.#rows[row + 3]! + 1;
      row += COLUMNS;
      if (row >= this.#rowsLength) break;
    }
    this.#clearTexts();
  }

  #clearTexts(): void {
    this.#used = 0;
    this.#rowsLength = 0;
    this.#entries.length = 0;
    this.#targets.length = 0;
  }

  /** A string of the source, `[start, end)`: acts on it, or collects it for the scan. */
  string(start: number, end: number, entry: KeyEntry): void {
    if (start === end) return;
    if (entry.acts) this.#act(start, end, entry, STRING);
    else this.#text(start, end, entry, STRING);
  }

  /** Bytes that may be text. */
  bytes(start: number, end: number, entry: KeyEntry): void {
    if (start === end || entry.decision.action.kind === "keep") return;
    if (isUtf8(this.#source.subarray(start, end))) this.#text(start, end, entry, STRING);
    else this.#binary(start, end, entry);
  }

  /** A number as it would be written in digits; `target` is told where something is found. */
  number(digits: string, entry: KeyEntry, target: FindingTarget): void {
    const at = this.#reserve(digits.length);
    this.#scratch.write(digits, at, "latin1");
    this.#push(0, 0, at, at + digits.length, NUMBER, entry, target);
  }

  /** An id all of whose bytes are printable. */
  id(start: number, end: number, entry: KeyEntry, target: FindingTarget): void {
    this.#copy(start, end, ID, entry, target);
  }

  /** What the text of `value` becomes under an action that was decided by its key. */
  replacement(value: Buffer, entry: KeyEntry): Buffer {
    return this.#guard(() => this.#run(entry.decision.action, value, entry.decision.class, undefined, entry));
  }

  /** What a whole text becomes; `text` itself where it stays. `entry` says how it is treated. */
  redact(text: Buffer, entry: KeyEntry): Buffer {
    this.begin(text);
    this.string(0, text.length, entry);
    this.finish();
    return this.#spliceFlat(text);
  }

  withhold(start: number, end: number, reason: WithheldReason): void {
    const label = withheldLabel(reason);
    if (end - start === label.length && this.#source.subarray(start, end).equals(label)) return;
    this.edits.replace(start, end, label);
    this.counts.addWithheld(reason);
  }

  // ---- collecting ----

  #text(start: number, end: number, entry: KeyEntry, kind: number): void {
    const { kind: action } = entry.decision.action;
    if (action === "keep") {
      if (!isUtf8(this.#source.subarray(start, end))) this.withhold(start, end, "utf8");
      return;
    }
    const isJson = !this.#plain && kind === STRING && this.#opensJson(start, end);
    if (isJson && this.#depth === NESTING_MAX) {
      this.withhold(start, end, "depth");
      return;
    }
    if (isJson && end - start > this.#plan.limits.value_bytes_max) {
      this.withhold(start, end, "value_size"); // a part of it would be no JSON
      return;
    }
    const stop = this.#withinBudget(start, end);
    if (stop === start) return;
    if (!this.#plain && kind === STRING && this.#structured(start, stop, entry)) return;
    this.#copy(start, stop, kind, entry);
  }

  /** Whether a text begins as JSON objects and arrays do; `[INFO]` doesn't. */
  #opensJson(start: number, end: number): boolean {
    const first = this.#firstByte(start, end);
    return this.#source[first] === 0x7b || this.#source[first] === 0x5b
      ? JSON_SECOND_BYTES.has(this.#source[this.#firstByte(first + 1, end)] ?? 0)
      : false;
  }

  /** The end of what the budgets let us look at; the rest is withheld. */
  #withinBudget(start: number, end: number): number {
    const { value_bytes_max } = this.#plan.limits;
    // Room for the label, so that the result is within the budget the next time.
    const stop =
      end - start <= value_bytes_max ? end : this.#cut(start, start + value_bytes_max - LABEL_BYTES_MAX);
    if (stop - start > this.#recordBudget) {
      this.withhold(start, end, "record_size");
      return start;
    }
    this.#recordBudget -= stop - start;
    if (stop < end) this.withhold(stop, end, "value_size");
    return stop;
  }

  /** Where to cut a value of which only the bytes before `limit` are looked at: not inside a word. */
  #cut(start: number, limit: number): number {
    const lowest = Math.max(start, limit - CUT_MARGIN);
    for (let at = limit; at > lowest; at--) if (this.#source[at - 1]! <= 0x20) return at;
    let at = lowest;
    while (at > start && (this.#source[at]! & 0xc0) === 0x80) at--; // not inside a character
    return at;
  }

  /** Takes a text apart where it is JSON or a URL; false where it is neither. */
  #structured(start: number, end: number, entry: KeyEntry): boolean {
    const { text } = entry.decision;
    if (text === "url_query") {
      this.#query(start + (this.#source[start] === 0x3f ? 1 : 0), end, entry);
      return true;
    }
    const first = this.#source[this.#firstByte(start, end)];
    if (first === 0x7b || first === 0x5b) {
      this.#json(start, end, entry);
      return true;
    }
    if (text === "url" || schemeEnd(this.#source, start, end) >= 0) {
      if (!isUnbroken(this.#source, start, end)) return false;
      this.#url(start, end, entry);
      return true;
    }
    return false;
  }

  /** Offset of the first byte that is no white space; `end` where there is none. */
  #firstByte(start: number, end: number): number {
    for (let at = start; at < end; at++) if (this.#source[at]! > 0x20) return at;
    return end;
  }

  #copy(start: number, end: number, kind: number, entry: KeyEntry, target?: FindingTarget): void {
    const at = this.#reserve(end - start);
    const source = this.#source;
    const scratch = this.#scratch;
    if (end - start > NATIVE_COPY_FROM) source.copy(scratch, at, start, end);
    else for (let from = start, to = at; from < end; ) scratch[to++] = source[from++]!;
    this.#push(start, end, at, at + end - start, kind, entry, target);
  }

  /** Room for `length` bytes and a separator; returns where they go. */
  #reserve(length: number): number {
    const at = this.#used;
    const needed = at + length + 1;
    if (needed > this.#scratch.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#scratch.length * 2, needed));
      this.#scratch.copy(grown, 0, 0, at);
      this.#scratch = grown;
    }
    this.#scratch[needed - 1] = NUL;
    this.#used = needed;
    return at;
  }

  #push(
    start: number,
    end: number,
    from: number,
    to: number,
    kind: number,
    entry: KeyEntry,
    target: FindingTarget | undefined,
  ): void {
    let at = this.#rowsLength;
    if (at === this.#rows.length) {
      const grown = new Int32Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    const rows = this.#rows;
    rows[at++] = start;
    rows[at++] = end;
    rows[at++] = from;
    rows[at++] = to;
    rows[at++] = kind;
    rows[at++] = target === undefined ? -1 : this.#targets.push(target) - 1;
    this.#rowsLength = at;
    this.#entries.push(entry);
  }

  // ---- JSON ----

  #json(start: number, end: number, base: KeyEntry): void {
    const tokens = this.#tokens;
    tokens.enter(this.#source, start, end);
    this.#containers.length = 0;
    let entry = base;
    let path = ""; // keys count from the document's root, whatever attribute the document stands under
    for (;;) {
      const token = tokens.next();
      switch (token) {
        case json.END:
          return;
        case json.ERROR:
          this.#jsonRest(tokens.safe, end, entry);
          return;
        case json.KEY:
          entry = this.#jsonKey(base);
          path = entry.path;
          continue; // what follows is this member's value
        case json.OBJECT_START:
        case json.ARRAY_START:
          if (token === json.OBJECT_START ? !entry.actsOnMaps : !entry.acts) {
            this.#containers[tokens.depth - 1] = entry;
            this.#paths[tokens.depth - 1] = path;
            this.#prefixes[tokens.depth - 1] = this.#path.enter(path);
          } else if (!this.#jsonContainer(entry)) {
            this.#jsonRest(tokens.start, end, entry);
            return;
          }
          break;
        case json.OBJECT_END:
        case json.ARRAY_END:
          break;
        default:
          this.#jsonScalar(token, entry);
      }
      entry = this.#containers[tokens.depth - 1] ?? base;
      path = tokens.depth === 0 ? "" : this.#paths[tokens.depth - 1]!;
    }
  }

  /** Decides the key that was just read. */
  #jsonKey(base: KeyEntry): KeyEntry {
    const { start, end, escaped, depth } = this.#tokens;
    const prefix = this.#prefixes[depth - 1]!;
    const raw = this.#source.subarray(start, end);
    const key = escaped ? (this.#unescape(start, end) ?? raw) : raw; // what can't be said is no UTF-8, and replaced
    const length = this.#path.append(prefix, key, 0, key.length);
    const found = this.#keys().lookup(this.#path.bytes, 0, length, prefix);
    if (found.keyReplacement !== undefined) this.edits.replace(start, end, escapeJson(found.keyReplacement));
    return base.decision.origin.kind === "body" ? found.inBody(this.#plan.body) : found;
  }

  /** Replaces a whole container that an action applies to; false where it doesn't end. */
  #jsonContainer(entry: KeyEntry): boolean {
    const tokens = this.#tokens;
    const { start, depth } = tokens;
    while (tokens.depth >= depth) {
      const token = tokens.next();
      if (token === json.ERROR || token === json.END) {
        tokens.start = start;
        return false;
      }
    }
    this.#replaceJsonValue(start, tokens.end, entry);
    return true;
  }

  #replaceJsonValue(start: number, end: number, entry: KeyEntry): void {
    const { action } = entry.decision;
    const isContainer = this.#source[start] === 0x7b || this.#source[start] === 0x5b;
    if (action.kind === "drop") {
      this.edits.replace(start, end, JSON_NULL);
    } else {
      // A part of a container, as a partial mask would show, says nothing.
      const replacement = isContainer
        ? redactedLabel(entry.decision.class)
        : this.replacement(this.#source.subarray(start, end), entry);
      this.edits.replace(start, end, quoted(replacement));
    }
    this.counts.type_changes++;
    this.counts.addRedacted(entry.decision.class, action.kind);
  }

  #jsonScalar(token: number, entry: KeyEntry): void {
    const { start, end, escaped } = this.#tokens;
    if (token === json.STRING) {
      if (entry.decision.action.kind === "drop") this.#replaceJsonValue(start - 1, end + 1, entry);
      else if (escaped) this.#escapedString(start, end, entry);
      else if (entry.acts) this.#act(start, end, entry, IN_JSON);
      else if (end > start) this.#textInside(start, end, entry, IN_JSON);
    } else if (entry.acts) {
      // A null holds nothing.
      if (this.#source[start] !== 0x6e) this.#replaceJsonValue(start, end, entry);
    } else if (token === json.NUMBER && end - start >= 8 && entry.decision.action.kind !== "keep") {
      this.#copy(start, end, JSON_NUMBER, entry);
    }
  }

  /** A string with escapes: what it says is redacted, and written back escaped. */
  #escapedString(start: number, end: number, entry: KeyEntry): void {
    const text = this.#unescape(start, end);
    const redacted = text === undefined ? withheldLabel("structure") : this.#inner(text, entry);
    if (redacted !== text) this.edits.replace(start, end, escapeJson(redacted));
  }

  /** What a string with escapes says; undefined where that can't be said. */
  #unescape(start: number, end: number): Buffer | undefined {
    if (!isUtf8(this.#source.subarray(start, end))) return undefined;
    try {
      return Buffer.from(JSON.parse(`"${this.#source.toString("utf8", start, end)}"`) as string);
    } catch {
      return undefined;
    }
  }

  /**
   * What follows the part of a text that is JSON: plain text, unless it belongs to a member that an action
   * applies to. Then its beginning is withheld with it, since where the value ends is not known.
   */
  #jsonRest(safe: number, end: number, entry: KeyEntry): void {
    if (safe === end) return;
    if (this.#tokens.tooDeep) this.withhold(safe, end, "depth");
    else if (entry.acts) this.withhold(safe, end, "structure");
    else if (entry.decision.action.kind !== "keep") this.#copy(safe, end, STRING, entry);
  }

  // ---- URLs ----

  #url(start: number, end: number, entry: KeyEntry): void {
    const parts = splitUrl(this.#source, start, end);
    if (parts.userInfoEnd > parts.userInfoStart) this.#userInfo(parts.userInfoStart, parts.userInfoEnd);
    this.#textInside(parts.hostStart, parts.hostEnd, entry, IN_HOST);
    this.#urlPath(parts.pathStart, parts.pathEnd, entry);
    this.#query(parts.queryStart, parts.queryEnd, entry);
    this.#query(parts.fragmentStart, parts.fragmentEnd, entry);
  }

  /** As one text where nothing in it is encoded; otherwise segment by segment, so that the others stay as they are. */
  #urlPath(start: number, end: number, entry: KeyEntry): void {
    if (indexOf(this.#source, PERCENT, start, end) === end) {
      this.#textInside(start, end, entry, IN_URL);
      return;
    }
    let at = start;
    while (at < end) {
      const stop = indexOf(this.#source, SLASH, at, end);
      this.#encoded(at, stop, entry, false);
      at = stop + 1;
    }
  }

  #userInfo(start: number, end: number): void {
    const value = this.#source.subarray(start, end);
    if (value.equals(URL_CREDENTIALS_LABEL) || value.equals(URL_LABEL)) return;
    this.edits.replace(start, end, value.includes(0x3a) ? URL_CREDENTIALS_LABEL : URL_LABEL);
    this.counts.addRedacted("credential", "mask");
  }

  /** `a=1&b=2`: each key is resolved like an attribute's. */
  #query(start: number, end: number, base: KeyEntry): void {
    let at = start;
    while (at < end) {
      const stop = indexOf(this.#source, 0x26, at, end);
      const equals = indexOf(this.#source, 0x3d, at, stop);
      if (equals === stop) this.#encoded(at, stop, base, true);
      else this.#parameter(at, equals, stop, base);
      at = stop + 1;
    }
  }

  #parameter(start: number, equals: number, end: number, base: KeyEntry): void {
    const raw = this.#source.subarray(start, equals);
    const key = percentDecode(raw, true) ?? raw;
    let found = this.#keys().lookup(key, 0, key.length, 0);
    if (found.keyReplacement !== undefined) {
      const replacement = percentEncode(found.keyReplacement);
      this.edits.replace(start, equals, replacement);
      // Decided by the key as it will read from now on.
      const again = percentDecode(replacement, true) ?? replacement;
      found = this.#keys().lookup(again, 0, again.length, 0);
    }
    const valueStart = equals + 1;
    if (valueStart === end) return;
    if (SIGNED_KEYS.has(key.toString("latin1")))
      this.#replaceInUrl(valueStart, end, URL_LABEL, "credential", "mask");
    else if (found.acts) this.#actInUrl(valueStart, end, found);
    else this.#encoded(valueStart, end, found.decision.origin.kind === "unknown" ? base : found, true);
  }

  #actInUrl(start: number, end: number, entry: KeyEntry): void {
    const raw = this.#source.subarray(start, end);
    if (raw.equals(URL_LABEL)) return;
    const value = percentDecode(raw, true) ?? raw;
    const { action } = entry.decision;
    const replacement = action.kind === "drop" ? URL_LABEL : this.replacement(value, entry);
    if (replacement.equals(value)) return;
    this.#replaceInUrl(
      start,
      end,
      isLabel(replacement) ? URL_LABEL : percentEncode(replacement),
      entry.decision.class,
      action.kind,
    );
  }

  #replaceInUrl(
    start: number,
    end: number,
    replacement: Buffer,
    sensitivityClass: string,
    action: string,
  ): void {
    if (this.#source.subarray(start, end).equals(replacement)) return;
    this.edits.replace(start, end, replacement);
    this.counts.addRedacted(sensitivityClass, action);
  }

  /** Part of a URL that may be percent-encoded: scanned as it reads, written back encoded. */
  #encoded(start: number, end: number, entry: KeyEntry, plusIsSpace: boolean): void {
    if (start >= end) return;
    const raw = this.#source.subarray(start, end);
    const decoded = percentDecode(raw, plusIsSpace);
    if (decoded === undefined || decoded.equals(raw)) {
      this.#textInside(start, end, entry, IN_URL);
      return;
    }
    if (this.#depth === NESTING_MAX) {
      this.edits.replace(start, end, URL_LABEL);
      this.counts.addWithheld("depth");
      return;
    }
    // Other encodings than UTF-8 occur here (`caf%E9`): what is not one is read past.
    const text = isUtf8(decoded) ? decoded : Buffer.from(decoded.toString());
    const redacted = this.#inner(text, entry);
    if (redacted !== text) this.edits.replace(start, end, percentEncode(redacted));
  }

  // ---- texts inside texts ----

  /** A part of a text that lies there as it reads. */
  #textInside(start: number, end: number, entry: KeyEntry, kind: number): void {
    if (start >= end || entry.decision.action.kind === "keep") return;
    if (kind === IN_JSON && this.#depth < NESTING_MAX && this.#looksStructured(start, end, entry)) {
      const text = this.#source.subarray(start, end);
      const redacted = this.#inner(text, entry);
      if (redacted !== text) this.edits.replace(start, end, escapeJson(redacted));
      return;
    }
    this.#copy(start, end, kind, entry);
  }

  #looksStructured(start: number, end: number, entry: KeyEntry): boolean {
    const { text } = entry.decision;
    return text === "url" || text === "url_query" || schemeEnd(this.#source, start, end) >= 0;
  }

  /** Redacts a text that was decoded, with an engine of its own; `text` itself where it stays. */
  #inner(text: Buffer, entry: KeyEntry): Buffer {
    if (!isUtf8(text)) {
      this.counts.addWithheld("utf8");
      return withheldLabel("utf8");
    }
    this.#nested ??= new TextEngine(this.#plan, this.#actions, this.#keys, { depth: this.#depth + 1 });
    const redacted = this.#nested.redact(text, entry);
    this.counts.add(this.#nested.counts);
    return redacted;
  }

  // ---- acting and resolving ----

  #act(start: number, end: number, entry: KeyEntry, kind: number): void {
    if (start === end) return;
    const value = this.#source.subarray(start, end);
    if (!isUtf8(value)) {
      this.withhold(start, end, "utf8");
      return;
    }
    const replacement = this.replacement(value, entry);
    if (replacement.equals(value)) return;
    this.edits.replace(start, end, kind === IN_JSON ? escapeJson(replacement) : replacement);
    this.counts.addRedacted(entry.decision.class, entry.decision.action.kind);
  }

  #run(
    action: Action,
    value: Buffer,
    sensitivityClass: string,
    finding: Finding | undefined,
    entry: KeyEntry,
  ): Buffer {
    switch (action.kind) {
      case "keep":
      case "check":
      case "scan":
        return value;
      case "drop":
        return isLabel(value) ? value : redactedLabel(sensitivityClass);
      case "truncate":
        return this.#truncate(value, action.bytes, entry);
      default: {
        const result = this.#actions.run(action, value, {
          label: finding?.detector.type ?? sensitivityClass,
          token: finding?.detector.id ?? this.#tokenName(action, value, sensitivityClass, entry),
          class: sensitivityClass,
        });
        const showsPart = action.kind === "mask" || action.kind === "generalize";
        if (!showsPart || finding !== undefined || isLabel(result)) return result;
        return this.#showsNothing(result, entry) ? result : redactedLabel(sensitivityClass);
      }
    }
  }

  /** The part of a value that an action shows may hold what a scan would have found. */
  #showsNothing(part: Buffer, entry: KeyEntry): boolean {
    const scanned = new KeyEntry(entry.path, { ...entry.decision, action: { kind: "scan" } });
    return this.#rewriteOnce(part, scanned, STRING) === part;
  }

  /** A value that is nothing but one finding gets the same pseudonym as that finding in a text. */
  #tokenName(action: TextAction, value: Buffer, sensitivityClass: string, entry: KeyEntry): string {
    if (action.kind !== "pseudonym") return sensitivityClass;
    const [finding] = this.#plan.scanner.scan(value, entry.path).findings;
    const whole = finding !== undefined && finding.start === 0 && finding.end === value.length;
    return whole && finding.detector.class === sensitivityClass ? finding.detector.id : sensitivityClass;
  }

  /**
   * Scans and cuts until nothing changes any more: a cut can make a card of a longer number, or half a label.
   * Each round leaves less to find.
   */
  #truncate(value: Buffer, bytes: number, entry: KeyEntry): Buffer {
    if (this.#depth === NESTING_MAX) return withheldLabel("structure");
    const scanned = new KeyEntry(entry.path, { ...entry.decision, action: { kind: "scan" } });
    let text = value;
    for (let round = 0; round < TRUNCATE_ROUNDS_MAX; round++) {
      const next = cut(this.#inner(text, scanned), bytes);
      if (next.equals(text)) return text;
      text = next;
    }
    return withheldLabel("structure");
  }

  /** Runs an action; where it fails, the value is withheld. */
  #guard(run: () => Buffer): Buffer {
    try {
      return run();
    } catch {
      this.counts.addWithheld("error");
      return withheldLabel("error");
    }
  }

  /** Texts that are no UTF-8, found one by one after the whole was seen to be none. */
  #withholdInvalid(): void {
    for (let row = 0; row < this.#rowsLength; row += COLUMNS) {
      const text = this.#scratch.subarray(this.#rows[row + 2]!, this.#rows[row + 3]!);
      if (isUtf8(text)) continue;
      this.withhold(this.#rows[row]!, this.#rows[row + 1]!, "utf8");
      this.#rows[row + 4] = DONE;
    }
  }

  #resolve(row: number): void {
    const rows = this.#rows;
    const kind = rows[row + 4]!;
    if (kind === DONE) return;
    const entry = this.#entries[row / COLUMNS]!;
    const from = rows[row + 2]!;
    const to = rows[row + 3]!;
    if (this.#clean.has(this.#scratch, from, to, entry)) return;
    const text = this.#scratch.subarray(from, to);
    const rewritten = this.#rewrite(text, entry, kind);
    if (rewritten === text) {
      this.#clean.add(this.#scratch, from, to, entry);
    } else if (kind === NUMBER || kind === ID) {
      this.#targets[rows[row + 5]!]!.replaceText(rewritten);
    } else if (kind === JSON_NUMBER) {
      this.counts.type_changes++;
      this.edits.replace(rows[row]!, rows[row + 1]!, quoted(rewritten));
    } else {
      this.edits.replace(rows[row]!, rows[row + 1]!, rewritten);
    }
  }

  /**
   * The text with its findings replaced; the text itself where it stays. What a finding hid from its
   * neighbours may show when it is gone, so the result is scanned again until nothing more is found.
   */
  #rewrite(text: Buffer, entry: KeyEntry, kind: number): Buffer {
    let result = text;
    for (let round = 0; round < REWRITE_ROUNDS_MAX; round++) {
      if (round > 0 && this.#plan.scanner.locate(result, 0) < 0) return result;
      const next = this.#rewriteOnce(result, entry, kind);
      if (next === result) return result;
      result = next;
    }
    this.counts.addWithheld("candidates");
    return withheldLabel("candidates");
  }

  #rewriteOnce(text: Buffer, entry: KeyEntry, kind: number): Buffer {
    const { findings, scannedTo } = this.#plan.scanner.scan(text, entry.path);
    if (findings.length === 0 && scannedTo === text.length) return text;
    const tokens = this.#actions.pseudonyms?.find(text.toString("latin1")) ?? [];
    const parts: Buffer[] = [];
    let end = 0;
    for (const finding of findings) {
      if (entry.decision.action.kind === "check" && finding.detector.confidence !== "certain") continue;
      if (tokens.some(([start, stop]) => start < finding.end && finding.start < stop)) continue;
      const replacement = this.#replacementOf(finding, text, entry, kind);
      if (replacement === undefined) continue;
      parts.push(text.subarray(end, finding.start), replacement);
      end = finding.end;
    }
    const label = withheldLabel("candidates");
    if (scannedTo < text.length && !text.subarray(scannedTo).equals(label)) {
      parts.push(text.subarray(end, scannedTo), label);
      this.counts.addWithheld("candidates");
      end = text.length;
    }
    return parts.length === 0 ? text : Buffer.concat([...parts, text.subarray(end)]);
  }

  /** What is written where a finding stood; undefined where that is what stands there. */
  #replacementOf(finding: Finding, text: Buffer, entry: KeyEntry, kind: number): Buffer | undefined {
    const { detector, start, end } = finding;
    const action = this.#plan.findings.get(detector.id);
    if (action === undefined) return undefined;
    const value = text.subarray(start, end);
    const replacement =
      detector.type === "url_credentials"
        ? URL_CREDENTIALS_LABEL // whatever the action: anything else before an @ would read as an address
        : this.#guard(() => this.#run(action, value, detector.class, finding, entry));
    if (replacement.equals(value)) return undefined;
    this.counts.addRedacted(detector.class, action.kind);
    return this.#written(finding, replacement, kind);
  }

  /** A replacement as it is written where the finding stood. */
  #written({ detector }: Finding, replacement: Buffer, kind: number): Buffer {
    if (replacement === URL_CREDENTIALS_LABEL) return replacement;
    if (isLabel(replacement)) {
      return kind === IN_URL || kind === IN_HOST || detector.type === "url_signature"
        ? URL_LABEL
        : replacement;
    }
    if (kind === IN_JSON) return escapeJson(replacement);
    return kind === IN_URL ? percentEncode(replacement) : replacement;
  }

  /** Bytes that are no UTF-8: looked at alone, so that the others can be checked all at once. */
  #binary(start: number, end: number, entry: KeyEntry): void {
    const stop = this.#withinBudget(start, end);
    const text = this.#source.subarray(start, stop);
    const rewritten = this.#rewrite(text, entry, STRING);
    if (rewritten !== text) this.edits.replace(start, stop, rewritten);
  }

  /** The source with the edits in it, for sources that are text and not protobuf. */
  #spliceFlat(text: Buffer): Buffer {
    const { edits } = this;
    if (edits.length === 0) return text;
    edits.sort();
    let length = text.length;
    for (let i = 0; i < edits.length; i++) length += edits.size(i) - (edits.end(i) - edits.start(i));
    const spliced = Buffer.allocUnsafe(length);
    let read = 0;
    let written = 0;
    for (let i = 0; i < edits.length; i++) {
      written += text.copy(spliced, written, read, edits.start(i));
      written = edits.write(i, spliced, written);
      read = edits.end(i);
    }
    text.copy(spliced, written, read);
    return spliced;
  }
}

/** At most `bytes` of a text; neither a character nor a label is cut through. */
function cut(text: Buffer, bytes: number): Buffer {
  if (text.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  const from = Math.max(0, end - LABEL_BYTES_MAX);
  for (const label of text.toString("latin1", from, end + LABEL_BYTES_MAX).matchAll(LABELS)) {
    const start = from + label.index;
    if (start < end && end < start + label[0].length) end = start;
  }
  return text.subarray(0, end);
}

function escapeJson(text: Buffer): Buffer {
  return Buffer.from(JSON.stringify(text.toString()).slice(1, -1));
}

function quoted(text: Buffer): Buffer {
  return Buffer.concat([QUOTE, escapeJson(text), QUOTE]);
}

/** Labels inside lose their brackets: those have no place in a URL. What a path may hold as it is stays. */
function percentEncode(text: Buffer): Buffer {
  const plain = text.toString().replace(LABELS, "REDACTED");
  return Buffer.from(encodeURIComponent(plain).replace(/%(?:2F|3A|2C|3B|40)/g, decodeURIComponent));
}
