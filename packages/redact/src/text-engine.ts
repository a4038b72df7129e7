import { isUtf8 } from "node:buffer";
import type { Plan } from "@scrim/policy";
import { EditList } from "@scrim/wire";
import type { ActionRunner } from "./actions/apply.ts";
import { CleanTexts } from "./clean-texts.ts";
import { CountsCollector } from "./counts.ts";
import type { DecisionCache } from "./decision-cache.ts";
import { JsonText } from "./json-text.ts";
import { KeyEntry } from "./key-entry.ts";
import { LABELS, type WithheldReason, withheldLabel } from "./labels.ts";
import { Rewriter, type RewriterHost } from "./rewriter.ts";
import { isUnbroken, schemeEnd } from "./structure/url-parts.ts";
import { escapeJson, quoted } from "./structure/written.ts";
import type { FindingTarget, TextHost } from "./text-host.ts";
import { DONE, ID, IN_JSON, JSON_NUMBER, NUMBER, STRING } from "./text-kind.ts";
import { UrlText } from "./url-text.ts";

const COLUMNS = 6; // source start, source end, scratch start, scratch end, kind, target

/** Texts inside texts (JSON in a JSON string, an encoded query value) that are looked into. */
const NESTING_MAX = 8;
/** Where a value is cut for its size, this much more goes where no white space is near: no half secrets. */
const CUT_MARGIN = 4096;
/** No label is longer. */
const LABEL_BYTES_MAX = 64;
/** Shorter texts are copied faster by a loop than by a call out of JavaScript. */
const NATIVE_COPY_FROM = 48;
/** Rounds of scanning and cutting; two are the rule. */
const TRUNCATE_ROUNDS_MAX = 8;
/** What may follow the bracket or brace that opens JSON: a string, a container, the end, a number, a word. */
const JSON_SECOND_BYTES: ReadonlySet<number> = new Set(Buffer.from('"{[]}-0123456789tfnNI'));
/** Separates texts in the scratch buffer; no atom matches it. */
const NUL = 0;

export interface EngineOptions {
  /** How many texts around this engine's texts were decoded. */
  readonly depth?: number;
  /** Texts are scanned as they are, never taken apart. */
  readonly plain?: boolean;
}

/**
 * Collects the texts of one source buffer, scans all of them in one pass, and turns what is found into edits
 * of the source. Reused for buffer after buffer; nothing is allocated for a text without findings.
 *
 * The texts lie in one scratch buffer, separated by NUL. The scanner's automaton runs over it once; only texts
 * that it points at are looked at one by one.
 */
export class TextEngine implements TextHost, RewriterHost {
  readonly edits = new EditList();
  counts = new CountsCollector();

  readonly #plan: Plan;
  readonly #actions: ActionRunner;
  readonly #depth: number;
  readonly #plain: boolean;
  readonly keys: () => DecisionCache;
  #nested: TextEngine | undefined;
  readonly #clean = new CleanTexts();
  readonly #rewriter: Rewriter;
  readonly #documents: JsonText;
  readonly #urls = new UrlText(this);

  source: Buffer = Buffer.alloc(0);
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

  /** @param keys the decisions that apply at the moment; they change with the resource */
  constructor(plan: Plan, actions: ActionRunner, keys: () => DecisionCache, options: EngineOptions = {}) {
    this.#plan = plan;
    this.#actions = actions;
    this.keys = keys;
    this.#depth = options.depth ?? 0;
    this.#plain = options.plain ?? false;
    this.#rewriter = new Rewriter(plan, actions, this);
    this.#documents = new JsonText(this, plan.body);
  }

  get isDeepest(): boolean {
    return this.#depth === NESTING_MAX;
  }

  /** Starts on a new source buffer, which must stay as it is until {@link finish} returns. */
  begin(source: Buffer): void {
    this.source = source;
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
    if (entry.acts) this.act(start, end, entry, STRING);
    else this.#text(start, end, entry, STRING);
  }

  /** Bytes that may be text. */
  bytes(start: number, end: number, entry: KeyEntry): void {
    if (start === end || entry.decision.action.kind === "keep") return;
    if (isUtf8(this.source.subarray(start, end))) this.#text(start, end, entry, STRING);
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
    return this.#rewriter.act(value, entry);
  }

  /** What a whole text becomes; `text` itself where it stays. `entry` says how it is treated. */
  redact(text: Buffer, entry: KeyEntry): Buffer {
    this.begin(text);
    this.string(0, text.length, entry);
    this.finish();
    return this.#spliceFlat(text);
  }

  /** What is found in `text` replaced; `text` itself where it stays. */
  rewrite(text: Buffer, entry: KeyEntry, kind: number): Buffer {
    return this.#rewriter.rewrite(text, entry, kind);
  }

  withhold(start: number, end: number, reason: WithheldReason): void {
    const label = withheldLabel(reason);
    if (end - start === label.length && this.source.subarray(start, end).equals(label)) return;
    this.edits.replace(start, end, label);
    this.counts.addWithheld(reason);
  }

  // ---- collecting ----

  #text(start: number, end: number, entry: KeyEntry, kind: number): void {
    const { kind: action } = entry.decision.action;
    if (action === "keep") {
      if (!isUtf8(this.source.subarray(start, end))) this.withhold(start, end, "utf8");
      return;
    }
    const isJson = !this.#plain && kind === STRING && this.#opensJson(start, end);
    if (isJson && this.isDeepest) {
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
    return this.source[first] === 0x7b || this.source[first] === 0x5b
      ? JSON_SECOND_BYTES.has(this.source[this.#firstByte(first + 1, end)] ?? 0)
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
    for (let at = limit; at > lowest; at--) if (this.source[at - 1]! <= 0x20) return at;
    let at = lowest;
    while (at > start && (this.source[at]! & 0xc0) === 0x80) at--; // not inside a character
    return at;
  }

  /** Takes a text apart where it is JSON or a URL; false where it is neither. */
  #structured(start: number, end: number, entry: KeyEntry): boolean {
    const { text } = entry.decision;
    if (text === "url_query") {
      this.#urls.query(start + (this.source[start] === 0x3f ? 1 : 0), end, entry);
      return true;
    }
    const first = this.source[this.#firstByte(start, end)];
    if (first === 0x7b || first === 0x5b) {
      this.#documents.collect(start, end, entry);
      return true;
    }
    const from = this.#firstByte(start, end);
    let to = end;
    while (to > from && this.source[to - 1]! <= 0x20) to--;
    if (text === "url" || (schemeEnd(this.source, from, to) >= 0 && isUnbroken(this.source, from, to))) {
      this.#urls.collect(from, to, entry);
      return true;
    }
    return false;
  }

  /** Offset of the first byte that is no white space or byte order mark; `end` where there is none. */
  #firstByte(start: number, end: number): number {
    const { source } = this;
    const from =
      source[start] === 0xef && source[start + 1] === 0xbb && source[start + 2] === 0xbf ? start + 3 : start;
    for (let at = from; at < end; at++) if (source[at]! > 0x20) return at;
    return end;
  }

  /** A part of a text that is not to be taken apart. */
  plainPart(start: number, end: number, entry: KeyEntry, kind: number): void {
    this.#copy(start, end, kind, entry);
  }

  #copy(start: number, end: number, kind: number, entry: KeyEntry, target?: FindingTarget): void {
    const at = this.#reserve(end - start);
    const source = this.source;
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

  // ---- texts inside texts ----

  /** A part of a text that lies there as it reads. */
  part(start: number, end: number, entry: KeyEntry, kind: number): void {
    if (start >= end) return;
    if (entry.decision.action.kind === "keep") {
      if (!isUtf8(this.source.subarray(start, end))) this.withhold(start, end, "utf8");
      return;
    }
    if (kind === IN_JSON && !this.isDeepest && this.#looksStructured(start, end, entry)) {
      const text = this.source.subarray(start, end);
      const redacted = this.inner(text, entry);
      if (redacted !== text) this.edits.replace(start, end, escapeJson(redacted));
      return;
    }
    this.#copy(start, end, kind, entry);
  }

  #looksStructured(start: number, end: number, entry: KeyEntry): boolean {
    const { text } = entry.decision;
    return text === "url" || text === "url_query" || schemeEnd(this.source, start, end) >= 0;
  }

  /** Redacts a text that was decoded, with an engine of its own; `text` itself where it stays. */
  inner(text: Buffer, entry: KeyEntry): Buffer {
    if (!isUtf8(text)) {
      this.counts.addWithheld("utf8");
      return withheldLabel("utf8");
    }
    this.#nested ??= new TextEngine(this.#plan, this.#actions, this.keys, { depth: this.#depth + 1 });
    const redacted = this.#nested.redact(text, entry);
    this.counts.add(this.#nested.counts);
    return redacted;
  }

  // ---- acting and resolving ----

  /** A part whose key decided what it becomes. */
  act(start: number, end: number, entry: KeyEntry, kind: number): void {
    if (start === end) return;
    const value = this.source.subarray(start, end);
    if (!isUtf8(value)) {
      this.withhold(start, end, "utf8");
      return;
    }
    const replacement = this.replacement(value, entry);
    if (replacement.equals(value)) return;
    this.edits.replace(start, end, kind === IN_JSON ? escapeJson(replacement) : replacement);
    this.counts.addRedacted(entry.decision.class, entry.decision.action.kind);
  }

  /**
   * Scans and cuts until nothing changes any more: a cut can make a card of a longer number, or half a label.
   * Each round leaves less to find.
   */
  truncate(value: Buffer, bytes: number, entry: KeyEntry): Buffer {
    if (this.isDeepest) return withheldLabel("structure");
    const scanned = new KeyEntry(entry.path, { ...entry.decision, action: { kind: "scan" } });
    let text = value;
    for (let round = 0; round < TRUNCATE_ROUNDS_MAX; round++) {
      const next = cut(this.inner(text, scanned), bytes);
      if (next.equals(text)) return text;
      text = next;
    }
    return withheldLabel("structure");
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
    const rewritten = this.#rewriter.rewrite(text, entry, kind);
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

  /** Bytes that are no UTF-8: looked at alone, so that the others can be checked all at once. */
  #binary(start: number, end: number, entry: KeyEntry): void {
    const stop = this.#withinBudget(start, end);
    const text = this.source.subarray(start, stop);
    const rewritten = this.#rewriter.rewrite(text, entry, STRING);
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
