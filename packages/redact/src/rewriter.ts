import type { Finding } from "@scrim/detect";
import type { Action, Plan } from "@scrim/policy";
import type { ActionRunner, TextAction } from "./actions/apply.ts";
import type { CountsCollector } from "./counts.ts";
import { KeyEntry } from "./key-entry.ts";
import { isLabel, LABELS, redactedLabel, URL_CREDENTIALS_LABEL, URL_LABEL, withheldLabel } from "./labels.ts";
import { escapeJson, percentEncode } from "./structure/written.ts";
import { IN_JSON, IN_URL, STRING } from "./text-kind.ts";

/** Rounds of replacing what is found in one text; two are the rule. */
const REWRITE_ROUNDS_MAX = 8;

/** What a rewriter needs of the engine around it. */
export interface RewriterHost {
  readonly counts: CountsCollector;
  /** A text scanned, and cut to so many bytes. */
  truncate(text: Buffer, bytes: number, entry: KeyEntry): Buffer;
}

/** Says what one text becomes: by an action that its key decided, or by what detectors find in it. */
export class Rewriter {
  readonly #plan: Plan;
  readonly #actions: ActionRunner;
  readonly #host: RewriterHost;

  constructor(plan: Plan, actions: ActionRunner, host: RewriterHost) {
    this.#plan = plan;
    this.#actions = actions;
    this.#host = host;
  }

  /** What `value` becomes under the action that its key decided. */
  act(value: Buffer, entry: KeyEntry): Buffer {
    return this.#guard(() => this.#run(entry.decision.action, value, entry.decision.class, undefined, entry));
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
        return this.#host.truncate(value, action.bytes, entry);
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

  /** Runs an action; where it fails, the value is withheld. */
  #guard(run: () => Buffer): Buffer {
    try {
      return run();
    } catch {
      this.#host.counts.addWithheld("error");
      return withheldLabel("error");
    }
  }

  /**
   * The text with its findings replaced; the text itself where it stays. What a finding hid from its
   * neighbours may show when it is gone, so the result is scanned again until nothing more is found.
   */
  rewrite(text: Buffer, entry: KeyEntry, kind: number): Buffer {
    let result = text;
    for (let round = 0; round < REWRITE_ROUNDS_MAX; round++) {
      if (round > 0 && this.#plan.scanner.locate(result, 0) < 0) return result;
      const next = this.#rewriteOnce(result, entry, kind);
      if (next === result) return result;
      result = next;
    }
    this.#host.counts.addWithheld("candidates");
    return withheldLabel("candidates");
  }

  #rewriteOnce(text: Buffer, entry: KeyEntry, kind: number): Buffer {
    const { findings, scannedTo } = this.#plan.scanner.scan(text, entry.path);
    if (findings.length === 0 && scannedTo === text.length) return text;
    const tokens = this.#actions.pseudonyms?.find(text.toString("latin1")) ?? [];
    const parts: Buffer[] = [];
    let end = 0;
    const labels = labelsIn(text);
    for (const found of findings) {
      const finding = besideLabels(found, labels);
      if (finding.start >= finding.end) continue;
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
      this.#host.counts.addWithheld("candidates");
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
    this.#host.counts.addRedacted(detector.class, action.kind);
    return this.#written(finding, replacement, kind);
  }

  /** A replacement as it is written where the finding stood. */
  #written({ detector }: Finding, replacement: Buffer, kind: number): Buffer {
    if (replacement === URL_CREDENTIALS_LABEL) return replacement;
    if (isLabel(replacement)) {
      return kind === IN_URL || detector.type === "url_signature" ? URL_LABEL : replacement;
    }
    if (kind === IN_JSON) return escapeJson(replacement);
    return kind === IN_URL ? percentEncode(replacement) : replacement;
  }
}

/** Where labels stand in a text. */
function labelsIn(text: Buffer): readonly (readonly [start: number, end: number])[] {
  if (!text.includes("[REDACTED:") && !text.includes("[WITHHELD:")) return [];
  return [...text.toString("latin1").matchAll(LABELS)].map(({ index, 0: label }) => [
    index,
    index + label.length,
  ]);
}

/** The part of a finding that is behind a label it runs into: labels stay whole. */
function besideLabels(finding: Finding, labels: readonly (readonly [start: number, end: number])[]): Finding {
  let { start, end } = finding;
  for (const [labelStart, labelEnd] of labels) {
    if (labelStart <= start && start < labelEnd) start = labelEnd;
    else if (start < labelStart && labelStart < end && end < labelEnd) end = labelStart;
  }
  return start === finding.start && end === finding.end ? finding : { ...finding, start, end };
}
