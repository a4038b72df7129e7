import type { DetectorDefinition, Finding, ScanResult } from "@scrim/detect";
import type { Action, Plan } from "@scrim/policy";
import { findTokens } from "@scrim/seal";
import type { ActionRunner, TextAction } from "./actions/apply.ts";
import { CountsCollector } from "./counts.ts";
import type { DecisionCache } from "./decision-cache.ts";
import { KeyEntry } from "./key-entry.ts";
import { isLabel, isMark, redactedLabel, URL_CREDENTIALS_LABEL, URL_LABEL, withheldLabel } from "./labels.ts";
import { claimsOf } from "./pairs/claims.ts";
import { NO_PAIRS, readFolded, withOthers } from "./pairs/folded-pairs.ts";
import { type KeyedPart, PairReader, type PairReading } from "./pairs/pair-reader.ts";
import { decodeValue, encodeValue } from "./pairs/value-encoding.ts";
import { applyReplacements, isThere, type Replacement } from "./replacement.ts";
import { AUTHORITY, isInUrl, JSON_NUMBER, STRING, type TextKind, WIRE_VALUE } from "./text-kind.ts";

/** Where tokens stand in a text. */
type Tokens = readonly (readonly [start: number, end: number])[];
const NO_TOKENS: Tokens = [];

/** Texts in which a replacement uncovers a finding, whose replacement uncovers another, and so on, are withheld. */
const SETTLE_PASSES_MAX = 8;

/** What a rewriter needs of the engine around it. */
export interface RewriterHost {
  readonly counts: CountsCollector;
  /** How many texts are around the one that is read. */
  readonly nesting: number;
  /** A text scanned, and cut to so many bytes. */
  truncate(text: Buffer, bytes: number, entry: KeyEntry): Buffer;
  /** The decisions that apply at the moment. */
  readonly keys: DecisionCache;
  /** What JSON that stands in a text becomes; `entry` is the text's. */
  redactJson(json: Buffer, entry: KeyEntry, counts: CountsCollector): Buffer;
  /** A text was cut off, so what is left of it may read differently. */
  noteCut(): void;
}

/** Says what one text becomes: by an action that its key decided, or by what detectors find in it. */
export class Rewriter {
  readonly #plan: Plan;
  readonly #actions: ActionRunner;
  readonly #host: RewriterHost;
  readonly #pairs: PairReader | undefined;

  constructor(plan: Plan, actions: ActionRunner, host: RewriterHost) {
    this.#plan = plan;
    this.#actions = actions;
    this.#host = host;
    this.#pairs = !plan.readsPairs ? undefined : new PairReader(plan.scanner, plan.limits.candidates_max);
  }

  // ---- by key ----

  /** What `value` becomes under the action that its key decided. */
  act(value: Buffer, entry: KeyEntry): Buffer {
    const { action, class: sensitivityClass } = entry.decision;
    const result = this.#run(action, value, sensitivityClass, undefined, entry);
    const showsPart = action.kind === "mask" || action.kind === "generalize";
    if (!showsPart || isMark(result)) return result;
    // The part that is shown may hold what a scan would have found.
    const scanned = new KeyEntry(entry.path, { ...entry.decision, action: { kind: "scan" } });
    const shown = this.find(result, STRING, scanned, new CountsCollector());
    return shown.length === 0 ? result : redactedLabel(sensitivityClass);
  }

  /** Runs an action; where it fails, the value is withheld. */
  #run(
    action: Action,
    value: Buffer,
    sensitivityClass: string,
    finding: Finding | undefined,
    entry: KeyEntry,
  ): Buffer {
    try {
      switch (action.kind) {
        case "keep":
        case "check":
        case "scan":
          return value;
        case "drop":
          return isMark(value) ? value : redactedLabel(sensitivityClass);
        case "truncate":
          return this.#host.truncate(value, action.bytes, entry);
        default:
          return this.#actions.run(action, value, {
            label: finding?.detector.type ?? sensitivityClass,
            token: finding?.detector.id ?? this.#tokenName(action, value, sensitivityClass, entry),
            class: sensitivityClass,
            path: entry.path,
          });
      }
    } catch {
      return withheldLabel("error");
    }
  }

  /** A value that is nothing but one finding gets the same pseudonym as that finding in a text. */
  #tokenName(action: TextAction, value: Buffer, sensitivityClass: string, entry: KeyEntry): string {
    if (action.kind !== "pseudonym") return sensitivityClass;
    const [finding] = this.#plan.scanner.scan(value, entry.path).findings;
    const whole = finding !== undefined && finding.start === 0 && finding.end === value.length;
    return whole && finding.detector.class === sensitivityClass ? finding.detector.id : sensitivityClass;
  }

  // ---- by what is found ----

  /** What is found in a text, and what it becomes; in order. */
  find(
    text: Buffer,
    kind: TextKind,
    entry: KeyEntry,
    counts: CountsCollector = this.#host.counts,
  ): readonly Replacement[] {
    const scan = this.#plan.scanner.scan(text, entry.path, { isPercentDecoded: isInUrl(kind) });
    const onlyCertain = entry.decision.action.kind === "check";
    const reading = onlyCertain ? NO_PAIRS : this.#readPairs(text, kind, scan);
    const isLooked = scan.findings.length > 0 || reading.parts.length > 0;
    const tokens = isLooked ? this.#tokensIn(text) : NO_TOKENS;
    // `email:v3:…` reads like a pair.
    const outside = reading.parts.filter(
      (part) => !tokens.some(([start, end]) => start < part.start && part.end <= end),
    );
    const { parts, findings } = claimsOf(outside, scan.findings, this.#plan.findings);
    const replacements: Replacement[] = [];
    for (const part of parts) this.#replacePart(part, text, kind, entry, counts, replacements);
    for (const finding of findings) {
      if (onlyCertain && finding.detector.confidence !== "certain") continue;
      if (tokens.some(([start, end]) => start <= finding.start && finding.end <= end)) continue;
      const replacement = this.#replacementOf(finding, text, kind, entry);
      if (replacement === undefined) continue;
      const action = this.#plan.findings.get(finding.detector.id)!;
      replacements.push(replacement);
      counts.addResult(replacement.bytes, finding.detector.class, action.kind);
      counts.tracer?.found(this.#host.nesting, entry, finding, action);
    }
    if (parts.length > 0) replacements.sort((a, b) => a.start - b.start);
    return this.#upTo(Math.min(scan.scannedTo, reading.readTo), replacements, text, kind, counts);
  }

  /** What redaction wrote: pseudonyms and sealed values. Nothing is looked for in them. */
  #tokensIn(text: Buffer): Tokens {
    const characters = text.toString("latin1");
    const pseudonyms = this.#actions.pseudonyms?.find(characters) ?? NO_TOKENS;
    const sealed = findTokens(characters);
    return sealed.length === 0 ? pseudonyms : [...pseudonyms, ...sealed];
  }

  /** The pairs of a text as it is written, if it `woke`, and those that only show as it reads. */
  #readPairs(text: Buffer, kind: TextKind, { woke, wokeFolded }: ScanResult): PairReading {
    const reader = this.#pairs;
    if (reader === undefined || kind === WIRE_VALUE || kind === JSON_NUMBER) return NO_PAIRS;
    if (kind === AUTHORITY && !text.includes(";")) return NO_PAIRS; // a host's port is no value, and paths have no others
    try {
      const asWritten = woke ? reader.read(text, this.#host.keys) : NO_PAIRS;
      const asRead = wokeFolded ? readFolded(reader, text, this.#host.keys, isInUrl(kind)) : NO_PAIRS;
      const parts = withOthers(asWritten.parts, asRead.parts);
      return {
        parts: parts.filter((part) => this.#hasShape(part, text)),
        readTo: Math.min(asWritten.readTo, asRead.readTo),
      };
    } catch {
      return { parts: [], readTo: 0 }; // withheld, rather than passed unread
    }
  }

  /** What is no address under a key for one is left to the detectors: `ip: web-1.internal`. */
  #hasShape(part: KeyedPart, text: Buffer): boolean {
    const { entry } = part;
    if (entry?.decision.class !== "client_address" || entry.decision.action.kind !== "generalize")
      return true;
    return !isLabel(this.act(valueIn(part, text), entry));
  }

  /** The replacements as far as the work budgets let us look, and one for what is behind. */
  #upTo(
    border: number,
    replacements: readonly Replacement[],
    text: Buffer,
    kind: TextKind,
    counts: CountsCollector,
  ): readonly Replacement[] {
    if (border >= text.length) return replacements;
    const kept = replacements.filter(({ start }) => start < border);
    const from = Math.max(border, kept.at(-1)?.end ?? 0);
    const label = isInUrl(kind) ? URL_LABEL : withheldLabel("candidates");
    if (from >= text.length || text.subarray(from).equals(label)) return kept;
    counts.addWithheld("candidates");
    this.#host.noteCut();
    return [...kept, { start: from, end: text.length, bytes: label }];
  }

  /** Adds what a part becomes that a key in the text decides, or that is JSON. */
  #replacePart(
    part: KeyedPart,
    text: Buffer,
    kind: TextKind,
    base: KeyEntry,
    counts: CountsCollector,
    replacements: Replacement[],
  ): void {
    const { start, end, entry, written } = part;
    const raw = text.subarray(start, end);
    if (entry === undefined) {
      const redacted = this.#host.redactJson(raw, base, counts);
      if (redacted !== raw) replacements.push({ start, end, bytes: redacted });
      return;
    }
    const value = valueIn(part, text);
    const result = this.act(value, entry);
    const { action, class: sensitivityClass } = entry.decision;
    counts.tracer?.decided(this.#host.nesting, base, entry.path, entry.decision);
    if (result.equals(value)) return;
    const bytes = isInUrl(kind) && isLabel(result) ? URL_LABEL : encodeValue(result, written);
    if (isThere(bytes, text, start, end)) return;
    replacements.push({ start, end, bytes });
    counts.addResult(result, sensitivityClass, action.kind);
  }

  /**
   * A text in which findings were replaced, once nothing more is found in it: what stood next to a finding may
   * now stand alone, and be one. `text` itself where that is so at once.
   */
  settle(text: Buffer, kind: TextKind, entry: KeyEntry): Buffer {
    let settled = text;
    for (let pass = 0; pass < SETTLE_PASSES_MAX; pass++) {
      if (isMark(settled)) return settled;
      if (!entry.wakes(this.#plan.scanner) && this.#plan.scanner.locate(settled, 0) < 0) return settled;
      const replacements = this.find(settled, kind, entry);
      if (replacements.length === 0) return settled;
      settled = applyReplacements(settled, replacements);
    }
    this.#host.counts.addWithheld("candidates");
    return isInUrl(kind) ? URL_LABEL : withheldLabel("candidates");
  }

  #replacementOf(finding: Finding, text: Buffer, kind: TextKind, entry: KeyEntry): Replacement | undefined {
    const { detector, start, end } = finding;
    const action = this.#plan.findings.get(detector.id);
    if (action === undefined) return undefined;
    const bytes =
      detector.id === "url_credentials"
        ? URL_CREDENTIALS_LABEL // whatever the action: anything else before an @ would read as an address
        : labelIn(
            kind,
            detector,
            this.#run(action, text.subarray(start, end), detector.class, finding, entry),
          );
    return isThere(bytes, text, start, end) ? undefined : { start, end, bytes };
  }
}

/** What a pair's value says. */
function valueIn({ start, end, said, written }: KeyedPart, text: Buffer): Buffer {
  return decodeValue(said ?? text.subarray(start, end), written);
}

/** What is written for a finding in a text of this kind: other labels than elsewhere in URLs. */
function labelIn(kind: TextKind, { id }: DetectorDefinition, bytes: Buffer): Buffer {
  return (isInUrl(kind) || id === "url_signature") && isLabel(bytes) ? URL_LABEL : bytes;
}
