import { isUtf8 } from "node:buffer";
import type { Decision, Plan } from "@scrim/policy";
import { EditList } from "@scrim/wire";
import type { ActionRunner } from "./actions/apply.ts";
import { cutText } from "./actions/truncate.ts";
import { Budget } from "./budget.ts";
import { ByKindText, isByKind } from "./by-kind-text.ts";
import { CleanTexts } from "./clean-texts.ts";
import { CollectedTexts } from "./collected-texts.ts";
import { wordOf } from "./command-text.ts";
import { CountsCollector } from "./counts.ts";
import type { DecisionCache } from "./decision-cache.ts";
import { JoinedPieces } from "./joined-pieces.ts";
import { JsonText } from "./json-text.ts";
import { KeyEntry } from "./key-entry.ts";
import {
  isMark,
  LABEL_BYTES_MAX,
  URL_LABEL,
  type WithheldReason,
  withheldLabel,
  withUrlLabels,
} from "./labels.ts";
import { applyReplacements, differenceOf, type Replacement } from "./replacement.ts";
import { Rewriter, type RewriterHost } from "./rewriter.ts";
import type { StringList } from "./short-lists.ts";
import { QUERY_MARK } from "./sql-text.ts";
import { beginsLikeJson, looksStructured } from "./structure/looks-structured.ts";
import { encodedOffset, isHostName } from "./structure/url-parts.ts";
import { escapeJson, percentEncode, quoted } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import {
  AUTHORITY,
  DONE,
  ESCAPED,
  IN_JSON,
  IN_QUERY,
  IN_URL,
  IN_WORD,
  isInUrl,
  JOINED,
  JSON_NUMBER,
  PLAIN,
  STRING,
  type TextKind,
  WIRE_VALUE,
} from "./text-kind.ts";
import type { StructuralPart } from "./trace.ts";
import { UrlText } from "./url-text.ts";

/** Texts inside texts (JSON in a JSON string, an encoded query value) that are looked into. */
const NESTING_MAX = 8;
/** What reads differently once it is redacted, because a part was cut off, is redacted so many times at most. */
export const PASSES_MAX = 4;
/** Where a value is cut for its size, this much more goes where no white space is near: no half secrets. */
const CUT_MARGIN = 4096;

const OPENING_BRACKET = 0x5b;

/** Where the findings in a number or an id lead: what is to be done is not a matter of the text alone. */
export interface FindingTarget {
  replaceText(label: Buffer): void;
}

/**
 * Collects the texts of one source buffer, scans all of them in one pass, and turns what is found into edits
 * of the source. Reused for buffer after buffer; nothing is allocated for a text without findings.
 *
 * The scanner's automaton runs once over all collected texts; only those that it points at are looked at one
 * by one.
 */
export class TextEngine implements TextHost, RewriterHost {
  readonly edits = new EditList();
  counts = new CountsCollector();
  /** The buffer being redacted. */
  source: Buffer = Buffer.alloc(0);

  readonly #plan: Plan;
  readonly #actions: ActionRunner;
  readonly #rewriter: Rewriter;
  /** How many texts are around the one that is read. */
  readonly nesting: number;
  readonly #keys: () => DecisionCache;
  readonly #budget: Budget;
  readonly #json = new JsonText(this);
  readonly #joined: JoinedPieces;
  readonly #urls = new UrlText(this);
  readonly #byKind = new ByKindText(this, this.#urls);
  readonly #texts = new CollectedTexts();
  /** What numbers and ids lead to, by the extra number of their texts. */
  readonly #targets: FindingTarget[] = [];
  /** The strings of lists, as offsets, by the extra number of the text that they make together. */
  readonly #lists: (readonly number[])[] = [];
  /** Lists that are not short, as offsets. */
  readonly #longLists: number[] = [];
  readonly #clean = new CleanTexts();
  /** A text was taken apart by signs (`=`, `;`, blanks) that a replacement may bring, or take away. */
  #hasByKind = false;
  /** Byte `offset` of the decoded part that begins at `start` is at `at` in the source. */
  readonly #lastOffset = { start: -1, offset: 0, at: 0 };
  #inside: TextEngine | undefined;

  /** @param keys the decisions that apply at the moment; they change with the resource */
  constructor(plan: Plan, actions: ActionRunner, keys: () => DecisionCache, nesting = 0) {
    this.#plan = plan;
    this.#actions = actions;
    this.#rewriter = new Rewriter(plan, actions, this);
    this.#keys = keys;
    this.#joined = new JoinedPieces(plan, this);
    this.nesting = nesting;
    this.#budget = new Budget(plan.limits);
  }

  get keys(): DecisionCache {
    return this.#keys();
  }

  // ---- the way of one buffer ----

  /** Starts on a new source buffer, which must stay as it is until {@link finish} returns. */
  begin(source: Buffer, counts: CountsCollector): void {
    this.source = source;
    this.counts = counts;
    this.edits.clear();
    this.#lastOffset.start = -1;
    this.#hasByKind = false;
    this.#longLists.length = 0;
    this.#clearTexts();
    this.#budget.begin();
  }

  /** Starts a new budget: at each log record, span, data point, resource and scope. */
  beginRecord(): void {
    const isComplete = this.#texts.length === 0; // else texts that wait for the scan may have edits still
    if (isComplete) this.#budget.count(this.edits);
    this.#budget.beginRecord(isComplete);
  }

  /** Whether the current record may have another attribute or element; takes it out of the budget. */
  takeNode(): boolean {
    return this.#budget.spendNode();
  }

  /** Scans what was collected and adds the edits. Called at the end, and whenever much has been collected. */
  finish(): void {
    const texts = this.#texts;
    const { bytes } = texts;
    if (!isUtf8(bytes)) this.#withholdInvalid();
    const { scanner } = this.#plan;
    for (let row = 0; row < texts.length; row++) {
      if (!texts.entry(row).wakes(scanner)) continue;
      this.#resolve(row, bytes);
      texts.finish(row);
    }
    for (let row = 0, from = 0; row < texts.length; row++) {
      const hit = scanner.locate(bytes, from);
      if (hit < 0) break;
      while (texts.end(row) < hit) row++;
      this.#resolve(row, bytes);
      from = texts.end(row) + 1;
    }
    this.#clearTexts();
    this.#budget.count(this.edits);
  }

  /** Whether the result would be changed once more: redact it again. */
  get isUnsettled(): boolean {
    return this.#budget.isReached || (this.#hasByKind && this.edits.length > 0) || this.#hasShortened();
  }

  /** Whether a list was changed that is not short, since it may be now. */
  #hasShortened(): boolean {
    const { edits } = this;
    const lists = this.#longLists;
    for (let i = 0; i < lists.length; i += 2) {
      const first = edits.firstFrom(lists[i]!);
      if (first < edits.length && edits.start(first) < lists[i + 1]!) return true;
    }
    return false;
  }

  #clearTexts(): void {
    this.#texts.clear();
    this.#targets.length = 0;
    this.#lists.length = 0;
  }

  /** What a whole text becomes; `text` itself where it stays. `entry` says how it is treated. */
  redact(text: Buffer, entry: KeyEntry, counts: CountsCollector): Buffer {
    const { tracer } = counts;
    const readings = tracer?.readings ?? 0;
    tracer?.enter(this.nesting, entry);
    let redacted = text;
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      if (pass > 0) tracer?.readAgain();
      this.begin(redacted, counts);
      this.string(0, redacted.length, entry);
      this.finish();
      redacted = this.#spliceFlat();
      if (!this.isUnsettled) break;
    }
    tracer?.backTo(readings);
    return redacted;
  }

  /** What a text becomes that has no structure by definition: an attribute's key. */
  redactPlain(text: Buffer, entry: KeyEntry): Buffer {
    this.begin(text, new CountsCollector());
    this.plain(0, text.length, PLAIN, entry);
    this.finish();
    return this.#spliceFlat();
  }

  // ---- collecting ----

  /** A string of the source, `[start, end)`: acts on it, or collects it for the scan. */
  string(start: number, end: number, entry: KeyEntry): void {
    if (start === end) return;
    if (entry.acts) this.act(start, end, STRING, entry);
    else if (entry.decision.action.kind !== "keep") this.#text(start, end, entry);
    else if (!isUtf8(this.source.subarray(start, end))) this.withhold(start, end, "utf8");
  }

  /** An argument in a list of them, `[start, end)`, where `base` is what the list gets. Returns what the next one gets. */
  argument(start: number, end: number, entry: KeyEntry, base: KeyEntry): KeyEntry {
    const stop = this.#withinBudget(start, end);
    if (isUtf8(this.source.subarray(start, stop))) return this.#byKind.argument(start, stop, entry, base);
    this.withhold(start, stop, "utf8");
    return base;
  }

  /** Bytes that may be text. */
  bytes(start: number, end: number, entry: KeyEntry): void {
    if (start === end || entry.decision.action.kind === "keep") return;
    if (isUtf8(this.source.subarray(start, end))) {
      this.#text(start, end, entry);
      return;
    }
    if (looksStructured(this.source, start, end, entry)) {
      this.withhold(start, end, "utf8"); // keys in it would go unseen
      return;
    }
    // Looked at alone, so that all the others can be checked for UTF-8 at once.
    const stop = this.#withinBudget(start, end);
    this.#redactPart(this.source.subarray(start, stop), start, stop, STRING, entry, -1);
  }

  /** A number as it would be written in digits; `target` is told where something is found. */
  number(digits: string, entry: KeyEntry, target: FindingTarget): void {
    this.#texts.addDigits(digits, 0, 0, WIRE_VALUE, entry, this.#targets.push(target) - 1);
  }

  /** An id all of whose bytes are printable. */
  id(start: number, end: number, entry: KeyEntry, target: FindingTarget): void {
    this.#texts.add(this.source, start, end, WIRE_VALUE, entry, this.#targets.push(target) - 1);
  }

  #text(start: number, end: number, entry: KeyEntry): void {
    const { source } = this;
    if (source[start] === OPENING_BRACKET && isMark(source.subarray(start, end))) return; // and costs nothing
    if (end - start > this.#plan.limits.value_bytes_max && this.#isJson(start, end, entry)) {
      this.withhold(start, end, "value_size"); // a part of it would be no JSON
      this.#budget.cut();
      return;
    }
    const stop = this.#withinBudget(start, end);
    if (stop > start && !this.#structured(start, stop, entry))
      this.#texts.add(source, start, stop, STRING, entry, -1);
  }

  /** The end of what the budgets let us look at; the rest is withheld. */
  #withinBudget(start: number, end: number): number {
    const max = this.#plan.limits.value_bytes_max;
    // Room for the label, so that the result is within the budget the next time.
    const stop = end - start <= max ? end : this.#cut(start, start + max - LABEL_BYTES_MAX);
    if (!this.#budget.spend(stop - start)) {
      this.withhold(start, end, "record_size");
      return start;
    }
    if (stop < end) {
      this.withhold(stop, end, "value_size");
      this.#budget.cut();
    }
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
    if (!looksStructured(this.source, start, end, entry)) return false;
    const value = this.source.subarray(start, end);
    if (!isUtf8(value)) {
      this.withhold(start, end, "utf8");
      return true;
    }
    try {
      return this.#takeApart(start, end, entry);
    } catch {
      this.withhold(start, end, "error");
      return true;
    }
  }

  #takeApart(start: number, end: number, entry: KeyEntry): boolean {
    if (this.nesting === NESTING_MAX) {
      if (!isByKind(entry) && !this.#isJson(start, end, entry)) return false;
      this.withhold(start, end, "depth"); // keys in it would go unseen
      return true;
    }
    if (isByKind(entry)) {
      this.#hasByKind ||= entry.decision.text !== "sql"; // queries settle in one pass
      if (this.#byKind.read(start, end, entry)) return true;
    }
    const mayBeJson = entry.decision.text !== "url_query";
    if (mayBeJson && (beginsLikeJson(this.source, start, end) || this.#json.begins(start, end))) {
      this.#json.read(start, end, entry.decision.text === "body" ? entry.ofPart : entry);
      return true;
    }
    return this.#urls.read(start, end, entry);
  }

  #isJson(start: number, end: number, entry: KeyEntry): boolean {
    return entry.decision.text !== "url_query" && this.#json.begins(start, end);
  }

  // ---- parts of structured texts ----

  under(base: KeyEntry, found: KeyEntry): KeyEntry {
    const { body } = this.#plan;
    return base.decision === body ? found.inBody(body) : found;
  }

  plain(start: number, end: number, kind: TextKind, entry: KeyEntry, extra = -1): void {
    if (start >= end || entry.decision.action.kind === "keep") return;
    if (kind === IN_JSON && isByKind(entry)) {
      this.#rewrite(this.source.subarray(start, end), start, end, ESCAPED, entry);
      return;
    }
    if (kind === IN_JSON && this.#urls.read(start, end, entry)) return; // what URLs are made of needs no escapes
    this.#texts.add(this.source, start, end, kind, entry, extra);
  }

  part(start: number, end: number, entry: KeyEntry): void {
    if (entry.acts) this.act(start, end, STRING, entry);
    else if (start < end && entry.decision.action.kind !== "keep" && !this.#structured(start, end, entry))
      this.#texts.add(this.source, start, end, STRING, entry, -1);
  }

  decoded(text: Buffer, start: number, end: number, kind: TextKind, entry: KeyEntry, extra = -1): void {
    if (entry.decision.action.kind === "keep") return;
    const isStructured = kind !== AUTHORITY && looksStructured(text, 0, text.length, entry);
    if (entry.acts || isStructured) this.#rewrite(text, start, end, kind, entry);
    else this.#texts.addDecoded(text, start, end, kind, entry, extra);
  }

  digits(digits: string, start: number, end: number, entry: KeyEntry): void {
    if (entry.decision.action.kind === "keep") return;
    this.#texts.addDigits(digits, start, end, JSON_NUMBER, entry, -1);
  }

  pieces({ start, end, isShort, offsets, bytes }: StringList, entry: KeyEntry): void {
    if (!isShort) {
      this.#longLists.push(start, end);
      return;
    }
    const text = Buffer.allocUnsafe(bytes);
    for (let i = 0, at = 0; i < offsets.length; i += 2)
      at += this.source.copy(text, at, offsets[i]!, offsets[i + 1]!);
    const extra = this.#lists.push([...offsets]) - 1;
    this.#texts.addDecoded(text, offsets[0]!, offsets.at(-1)!, JOINED, entry, extra);
  }

  act(start: number, end: number, kind: TextKind, entry: KeyEntry): void {
    if (start === end) return;
    const value = this.source.subarray(start, end);
    if (!isUtf8(value)) {
      this.withhold(start, end, "utf8");
      return;
    }
    const replacement = this.replacement(value, entry);
    if (replacement.equals(value)) return;
    this.edits.replace(start, end, kind === IN_JSON ? escapeJson(replacement) : replacement);
    this.counts.addResult(replacement, entry.decision.class, entry.decision.action.kind);
  }

  decided(base: KeyEntry, key: string, decision: Decision): void {
    this.counts.tracer?.decided(this.nesting, base, key, decision);
  }

  replaced(base: KeyEntry, part: StructuralPart): void {
    this.counts.tracer?.replaced(this.nesting, base, part);
  }

  withhold(start: number, end: number, reason: WithheldReason): void {
    const label = withheldLabel(reason);
    if (this.source.subarray(start, end).equals(label)) return;
    this.edits.replace(start, end, label);
    this.counts.addWithheld(reason);
  }

  /** A decoded part, redacted at once and by an engine of its own, since it isn't in the source as it reads. */
  #rewrite(text: Buffer, start: number, end: number, kind: TextKind, entry: KeyEntry): void {
    const redacted = this.#redactDecoded(text, kind, entry);
    if (redacted === text) return;
    const difference = differenceOf(text, redacted);
    if (kind === ESCAPED) this.edits.replace(start, end, written(redacted, kind));
    else if (kind === IN_WORD && wordOf(difference.bytes) === URL_LABEL)
      this.edits.replace(start, end, URL_LABEL);
    else this.#replacePart(difference, start, end, kind, -1);
  }

  /** What a decoded part becomes, once that is what the next redactor reads there; in a URL, labels included. */
  #redactDecoded(text: Buffer, kind: TextKind, entry: KeyEntry): Buffer {
    const { tracer } = this.counts;
    const readings = tracer?.readings ?? 0;
    let redacted = this.#redactInside(text, entry);
    for (let pass = 1; pass < PASSES_MAX && redacted !== text; pass++) {
      tracer?.readAgain();
      text = kind === IN_URL ? withUrlLabels(redacted) : redacted;
      redacted = this.#redactInside(text, entry);
    }
    tracer?.backTo(readings);
    return redacted;
  }

  redactJson(json: Buffer, entry: KeyEntry, counts: CountsCollector): Buffer {
    if (this.nesting === NESTING_MAX) return withheldLabel("depth"); // keys in it would go unseen
    return this.#redactInside(json, entry, counts);
  }

  #redactInside(text: Buffer, entry: KeyEntry, counts = this.counts): Buffer {
    this.#inside ??= new TextEngine(this.#plan, this.#actions, this.#keys, this.nesting + 1);
    return this.#inside.redact(text, entry, counts);
  }

  // ---- resolving what the automaton points at ----

  /** Texts that are no UTF-8, found one by one after the whole was seen to be none. */
  #withholdInvalid(): void {
    const texts = this.#texts;
    for (let row = 0; row < texts.length; row++) {
      if (texts.kind(row) === JOINED) continue; // each of its pieces is a text as well
      if (isUtf8(texts.bytes.subarray(texts.start(row), texts.end(row)))) continue;
      this.withhold(texts.sourceStart(row), texts.sourceEnd(row), "utf8");
      texts.finish(row);
    }
  }

  #resolve(row: number, bytes: Buffer): void {
    const texts = this.#texts;
    const kind = texts.kind(row);
    const entry = texts.entry(row);
    const start = texts.start(row);
    const end = texts.end(row);
    const { tracer } = this.counts; // wants to hear of each text, also of one like another
    if (kind === DONE) return;
    if (kind === JOINED) {
      this.#joined.replace(this.#lists[texts.extra(row)]!, entry);
      return;
    }
    if (tracer === undefined && this.#clean.has(bytes, start, end, entry)) return;
    const text = bytes.subarray(start, end);
    const from = texts.sourceStart(row);
    const to = texts.sourceEnd(row);
    const editsBefore = this.edits.length;
    try {
      if (kind === ESCAPED) this.#rewrite(text, from, to, kind, entry);
      else this.#redactPart(text, from, to, kind, entry, texts.extra(row));
    } catch {
      this.#withholdPart(from, to, kind, texts.extra(row)); // the outer edit counts, if some were made inside it
    }
    if (this.edits.length === editsBefore && tracer === undefined) this.#clean.add(bytes, start, end, entry);
  }

  /** Takes out a part that can't be redacted. */
  #withholdPart(start: number, end: number, kind: TextKind, extra: number): void {
    const label = withheldLabel("error");
    this.counts.addWithheld("error");
    if (kind === WIRE_VALUE) this.#targets[extra]!.replaceText(label);
    else if (kind === JSON_NUMBER) this.edits.replace(start, end, quoted(label));
    else this.edits.replace(start, end, isInUrl(kind) ? URL_LABEL : label);
  }

  /** Redacts `text`, which lies in the source at `[start, end)`. */
  #redactPart(
    text: Buffer,
    start: number,
    end: number,
    kind: TextKind,
    entry: KeyEntry,
    extra: number,
  ): void {
    const replacements = this.#rewriter.find(text, kind, entry);
    if (replacements.length === 0) return;
    const { tracer } = this.counts;
    const readings = tracer?.readings ?? 0;
    tracer?.readAgain();
    this.#writeReplacements(replacements, text, start, end, kind, entry, extra);
    tracer?.backTo(readings);
  }

  #writeReplacements(
    replacements: readonly Replacement[],
    text: Buffer,
    start: number,
    end: number,
    kind: TextKind,
    entry: KeyEntry,
    extra: number,
  ): void {
    if (kind === WIRE_VALUE || kind === JSON_NUMBER) {
      const { bytes } = replacements[0]!;
      this.#replaceNumber(isByKind(entry) ? this.#redactInside(bytes, entry) : bytes, start, end, extra);
      return;
    }
    if (kind === IN_QUERY) {
      this.#replaceInQuery(replacements, text, start, end, entry);
      return;
    }
    const once = applyReplacements(text, replacements);
    const settled = this.#settle(once, kind, entry);
    if (settled === once) {
      for (const replacement of replacements) this.#replacePart(replacement, start, end, kind, extra);
    } else {
      this.#replacePart(differenceOf(text, settled), start, end, kind, extra);
    }
  }

  #replaceNumber(text: Buffer, start: number, end: number, target: number): void {
    if (target >= 0) {
      this.#targets[target]!.replaceText(text);
    } else {
      this.counts.type_changes++;
      this.edits.replace(start, end, quoted(text));
    }
  }

  /** In a query, whatever goes becomes a mark. Names that went may have shown what others mean: it is read again. */
  #replaceInQuery(
    found: readonly Replacement[],
    text: Buffer,
    start: number,
    end: number,
    entry: KeyEntry,
  ): void {
    this.#budget.cut();
    const marks = found.map((replacement) => ({ ...replacement, bytes: QUERY_MARK }));
    const once = applyReplacements(text, marks);
    if (this.#rewriter.settle(once, IN_QUERY, entry) !== once) this.edits.replace(start, end, QUERY_MARK);
    else for (const mark of marks) this.edits.replace(start + mark.start, start + mark.end, mark.bytes);
  }

  /** A text in which findings were replaced, once that is what the next redactor leaves alone. */
  #settle(once: Buffer, kind: TextKind, entry: KeyEntry): Buffer {
    const text = this.#rewriter.settle(once, kind, entry);
    if (kind === PLAIN || kind === AUTHORITY || this.nesting === NESTING_MAX || isMark(text)) return text;
    // It may read as a URL now: its blanks went with a finding, or what stood before the scheme did.
    const isStructured = looksStructured(text, 0, text.length, entry) && isUtf8(text);
    return isStructured ? this.#redactDecoded(text, kind, entry) : text;
  }

  /** Writes a replacement into the text that lies in the source at `[start, end)`. */
  #replacePart(replacement: Replacement, start: number, end: number, kind: TextKind, extra: number): void {
    const from = isInUrl(kind) ? this.#encodedOffset(start, replacement.start) : start + replacement.start;
    const to = isInUrl(kind) ? this.#encodedOffset(start, replacement.end) : start + replacement.end;
    if (kind === AUTHORITY && from === start && extra === start) this.#budget.cut(); // a scheme may begin there now
    if (kind === AUTHORITY && from < extra)
      this.#replaceInHost(replacement.bytes, from, to, start, end, extra);
    else this.edits.replace(from, to, written(replacement.bytes, kind));
  }

  /** Where byte `offset` of a decoded part is in the source. Goes on from the last answer, so that many cost no more than one. */
  #encodedOffset(start: number, offset: number): number {
    const last = this.#lastOffset;
    if (last.start !== start || last.offset > offset) Object.assign(last, { start, offset: 0, at: start });
    last.at = encodedOffset(this.source, last.at, offset - last.offset);
    last.offset = offset;
    return last.at;
  }

  /** Writes into the host of a URL what may stand there; anything else replaces the host's whole name. */
  #replaceInHost(bytes: Buffer, from: number, to: number, start: number, end: number, nameEnd: number): void {
    const { source, edits } = this;
    if (to > nameEnd) {
      edits.replace(start, end, URL_LABEL);
      return;
    }
    const name = Buffer.concat([source.subarray(start, from), bytes, source.subarray(to, nameEnd)]);
    if (isHostName(name.toString())) edits.replace(from, to, bytes);
    else edits.replace(start, nameEnd, URL_LABEL);
  }

  // ---- acting ----

  /** What the text of `value` becomes under an action that was decided by its key. */
  replacement(value: Buffer, entry: KeyEntry): Buffer {
    return this.#rewriter.act(value, entry);
  }

  isPseudonym(value: Buffer): boolean {
    return this.#actions.pseudonyms?.isToken(value) ?? false;
  }

  /** Scans and cuts, again and again while what was cut reads differently: half a number may be a card's. */
  truncate(value: Buffer, bytes: number, entry: KeyEntry): Buffer {
    if (this.nesting === NESTING_MAX) return withheldLabel("depth");
    const scanned = new KeyEntry(entry.path, { ...entry.decision, action: { kind: "scan" } });
    let text = value;
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const redacted = this.#redactInside(text, scanned, new CountsCollector()); // the value is counted as cut
      const cut = cutText(redacted, bytes);
      if (cut.equals(text)) return cut;
      text = cut;
    }
    return withheldLabel("structure");
  }

  noteCut(): void {
    this.#budget.cut();
  }

  /** The source with the edits in it, for sources that are text and not protobuf. */
  #spliceFlat(): Buffer {
    const { edits, source } = this;
    if (edits.length === 0) return source;
    edits.sort();
    let length = source.length;
    for (let i = 0; i < edits.length; i++) length += edits.size(i) - (edits.end(i) - edits.start(i));
    const spliced = Buffer.allocUnsafe(length);
    let read = 0;
    let written = 0;
    for (let i = 0; i < edits.length; i++) {
      written += source.copy(spliced, written, read, edits.start(i));
      written = edits.write(i, spliced, written);
      read = edits.end(i);
    }
    source.copy(spliced, written, read);
    return spliced;
  }
}

/** A text as it is written where a part of this kind stood. */
function written(text: Buffer, kind: TextKind): Buffer {
  switch (kind) {
    case IN_JSON:
    case ESCAPED:
      return escapeJson(text);
    case IN_URL:
    case AUTHORITY:
      return percentEncode(text);
    case IN_WORD:
      return wordOf(text);
    default:
      return text;
  }
}
