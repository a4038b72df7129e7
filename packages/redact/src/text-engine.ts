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
/** Part of a URL. */
const IN_URL = 3;
/** A number of the wire, written as digits. */
const NUMBER = 4;
/** An id: taken out where something is found in it. */
const ID = 5;
/** Already dealt with. */
const DONE = 6;

const COLUMNS = 6; // source start, source end, scratch start, scratch end, kind, target

/** Texts inside texts (JSON in a JSON string, an encoded query value) that are looked into. */
const NESTING_MAX = 3;
/** Where a value is cut for its size, this much more goes where no white space is near: no half secrets. */
const CUT_MARGIN = 4096;
/** No label is longer. */
const LABEL_BYTES_MAX = 64;
/** Shorter texts are copied faster by a loop than by a call out of JavaScript. */
const NATIVE_COPY_FROM = 48;
/** Separates texts in the scratch buffer; no atom matches it. */
const NUL = 0;
const QUOTE = Buffer.from('"');
const JSON_NULL = Buffer.from("null");
const SIGNED_KEYS = new Set(SIGNED_URL_QUERY_KEYS);

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

  /** Path of the JSON member being read, with the length of each container's prefix. */
  #path = Buffer.allocUnsafeSlow(1024);
  readonly #prefixes: number[] = [];
  readonly #containers: KeyEntry[] = [];

  /** @param keys the decisions that apply at the moment; they change with the resource */
  constructor(plan: Plan, actions: ActionRunner, keys: () => DecisionCache, depth = 0) {
    this.#plan = plan;
    this.#actions = actions;
    this.#keys = keys;
    this.#depth = depth;
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
    const stop = this.#withinBudget(start, end);
    if (stop === start) return;
    if (this.#depth < NESTING_MAX && kind === STRING && this.#structured(start, stop, entry)) return;
    this.#copy(start, stop, kind, entry);
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
    const first = this.#firstByte(start, end);
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

  #firstByte(start: number, end: number): number {
    for (let at = start; at < end; at++) if (this.#source[at]! > 0x20) return this.#source[at]!;
    return -1;
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
    this.#prefixes.length = 0;
    this.#containers.length = 0;
    let entry = base;
    let pathLength = 0;
    for (;;) {
      const token = tokens.next();
      switch (token) {
        case json.END:
          return;
        case json.ERROR:
          this.#jsonRest(tokens.safe, end, entry);
          return;
        case json.KEY: {
          const prefix = this.#prefixes[tokens.depth - 1]!;
          pathLength = this.#jsonPath(prefix);
          const found = this.#keys().lookup(this.#path, 0, pathLength, prefix);
          if (found.keyReplacement !== undefined) this.#jsonKey(found.keyReplacement);
          entry = base.decision.origin.kind === "body" ? found.inBody(this.#plan.body) : found;
          break;
        }
        case json.OBJECT_START:
        case json.ARRAY_START:
          if (token === json.OBJECT_START ? entry.actsOnMaps : entry.acts) {
            if (!this.#jsonContainer(entry)) {
              this.#jsonRest(tokens.start, end, entry);
              return;
            }
          } else {
            this.#containers[tokens.depth - 1] = entry;
            this.#prefixes[tokens.depth - 1] = this.#jsonPrefix(pathLength);
            break;
          }
          entry = this.#containers[tokens.depth - 1] ?? base;
          break;
        case json.OBJECT_END:
        case json.ARRAY_END:
          entry = this.#containers[tokens.depth - 1] ?? base;
          pathLength = Math.max(0, (this.#prefixes[tokens.depth - 1] ?? 0) - 1);
          break;
        default:
          this.#jsonScalar(token, entry);
      }
    }
  }

  /** Appends the current key to the path; returns the path's length. */
  #jsonPath(prefix: number): number {
    const { start, end, escaped } = this.#tokens;
    const key = escaped ? this.#unescape(start, end) : undefined;
    const length = key?.length ?? end - start;
    this.#growPath(prefix + length + 1);
    if (key === undefined) this.#source.copy(this.#path, prefix, start, end);
    else key.copy(this.#path, prefix);
    return prefix + length;
  }

  /** Ends the path with a dot, so that keys of a container follow; returns the new length. */
  #jsonPrefix(pathLength: number): number {
    if (pathLength === 0) return 0;
    this.#growPath(pathLength + 1);
    this.#path[pathLength] = 0x2e;
    return pathLength + 1;
  }

  #growPath(length: number): void {
    if (length <= this.#path.length) return;
    const grown = Buffer.allocUnsafeSlow(length * 2);
    this.#path.copy(grown);
    this.#path = grown;
  }

  #jsonKey(replacement: Buffer): void {
    this.edits.replace(this.#tokens.start, this.#tokens.end, escapeJson(replacement));
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
    if (action.kind === "drop") {
      this.edits.replace(start, end, JSON_NULL);
    } else {
      const replacement = this.replacement(this.#source.subarray(start, end), entry);
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

  #unescape(start: number, end: number): Buffer | undefined {
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
    if (entry.acts) this.withhold(safe, end, "structure");
    else if (entry.decision.action.kind !== "keep") this.#copy(safe, end, STRING, entry);
  }

  // ---- URLs ----

  #url(start: number, end: number, entry: KeyEntry): void {
    const parts = splitUrl(this.#source, start, end);
    if (parts.userInfoEnd > parts.userInfoStart) this.#userInfo(parts.userInfoStart, parts.userInfoEnd);
    this.#textInside(parts.hostStart, parts.hostEnd, entry, IN_URL);
    this.#encoded(parts.pathStart, parts.pathEnd, entry, false);
    this.#query(parts.queryStart, parts.queryEnd, entry);
    this.#query(parts.fragmentStart, parts.fragmentEnd, entry);
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
    const found = this.#keys().lookup(key, 0, key.length, 0);
    if (found.keyReplacement !== undefined)
      this.edits.replace(start, equals, percentEncode(found.keyReplacement));
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
    const text = percentDecode(raw, plusIsSpace);
    if (text === undefined) {
      this.#textInside(start, end, entry, IN_URL);
      return;
    }
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
    this.#nested ??= new TextEngine(this.#plan, this.#actions, this.#keys, this.#depth + 1);
    const redacted = this.#nested.redact(text, entry);
    this.counts.add(this.#nested.counts);
    return redacted;
  }

  // ---- acting and resolving ----

  #act(start: number, end: number, entry: KeyEntry, kind: number): void {
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
        return redactedLabel(sensitivityClass);
      case "truncate":
        return this.#truncate(value, action.bytes, entry);
      default:
        return this.#actions.run(action, value, {
          label: finding?.detector.type ?? sensitivityClass,
          token: finding?.detector.id ?? this.#tokenName(action, value, sensitivityClass, entry),
          class: sensitivityClass,
        });
    }
  }

  /** A value that is nothing but one finding gets the same pseudonym as that finding in a text. */
  #tokenName(action: TextAction, value: Buffer, sensitivityClass: string, entry: KeyEntry): string {
    if (action.kind !== "pseudonym") return sensitivityClass;
    const [finding] = this.#plan.scanner.scan(value, entry.path).findings;
    const whole = finding !== undefined && finding.start === 0 && finding.end === value.length;
    return whole && finding.detector.class === sensitivityClass ? finding.detector.id : sensitivityClass;
  }

  #truncate(value: Buffer, bytes: number, entry: KeyEntry): Buffer {
    const scanned = new KeyEntry(entry.path, { ...entry.decision, action: { kind: "scan" } });
    const text = this.#depth < NESTING_MAX ? this.#inner(value, scanned) : withheldLabel("structure");
    if (text.length <= bytes) return text;
    let end = bytes;
    while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
    // Never half a label: half of one would be ordinary text the next time.
    const bracket = text.lastIndexOf(0x5b, end - 1);
    if (bracket >= 0 && /^\[(?:REDACTED|WITHHELD)[^\]]*$/.test(text.toString("latin1", bracket, end)))
      end = bracket;
    return text.subarray(0, end);
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
    const { findings, scannedTo } = this.#plan.scanner.scan(text, entry.path);
    const source = rows[row]!;
    const editsBefore = this.edits.length;
    if (findings.length > 0) {
      const tokens = this.#actions.pseudonyms?.find(text.toString("latin1")) ?? [];
      for (const finding of findings) {
        if (entry.decision.action.kind === "check" && finding.detector.confidence !== "certain") continue;
        if (tokens.some(([start, end]) => start < finding.end && finding.start < end)) continue;
        this.#replaceFinding(finding, text, source, kind, rows[row + 5]!, entry);
      }
    }
    if (scannedTo < text.length && (kind === STRING || kind === IN_JSON || kind === IN_URL)) {
      this.withhold(source + scannedTo, rows[row + 1]!, "candidates");
    }
    if (this.edits.length === editsBefore) this.#clean.add(this.#scratch, from, to, entry);
  }

  #replaceFinding(
    finding: Finding,
    text: Buffer,
    source: number,
    kind: number,
    target: number,
    entry: KeyEntry,
  ): void {
    const { detector, start, end } = finding;
    const action = this.#plan.findings.get(detector.id);
    if (action === undefined) return;
    const value = text.subarray(start, end);
    const replacement = this.#guard(() => this.#run(action, value, detector.class, finding, entry));
    if (replacement.equals(value)) return;
    this.counts.addRedacted(detector.class, action.kind);
    if (kind === NUMBER || kind === ID) {
      this.#targets[target]!.replaceText(replacement);
    } else if (kind === JSON_NUMBER) {
      this.counts.type_changes++;
      this.edits.replace(source, source + text.length, quoted(replacement));
    } else {
      this.edits.replace(source + start, source + end, this.#written(finding, replacement, kind));
    }
  }

  /** A replacement as it is written where the finding stood. */
  #written({ detector }: Finding, replacement: Buffer, kind: number): Buffer {
    if (isLabel(replacement)) {
      if (detector.type === "url_credentials") return URL_CREDENTIALS_LABEL;
      return kind === IN_URL || detector.type === "url_signature" ? URL_LABEL : replacement;
    }
    if (kind === IN_JSON) return escapeJson(replacement);
    return kind === IN_URL ? percentEncode(replacement) : replacement;
  }

  /** Bytes that are no UTF-8: looked at alone, so that the others can be checked all at once. */
  #binary(start: number, end: number, entry: KeyEntry): void {
    const stop = this.#withinBudget(start, end);
    const text = this.#source.subarray(start, stop);
    for (const finding of this.#plan.scanner.scan(text, entry.path).findings) {
      this.#replaceFinding(finding, text, start, STRING, -1, entry);
    }
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

function escapeJson(text: Buffer): Buffer {
  return Buffer.from(JSON.stringify(text.toString()).slice(1, -1));
}

function quoted(text: Buffer): Buffer {
  return Buffer.concat([QUOTE, escapeJson(text), QUOTE]);
}

/** Labels inside lose their brackets: those have no place in a URL. */
function percentEncode(text: Buffer): Buffer {
  const plain = text.toString().replace(LABELS, "REDACTED");
  return Buffer.from(encodeURIComponent(plain).replaceAll("%2F", "/"));
}
