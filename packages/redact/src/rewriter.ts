import type { DetectorDefinition, Finding } from "@scrim/detect";
import type { Action, Plan } from "@scrim/policy";
import type { ActionRunner, TextAction } from "./actions/apply.ts";
import { CountsCollector } from "./counts.ts";
import { KeyEntry } from "./key-entry.ts";
import { isLabel, redactedLabel, URL_CREDENTIALS_LABEL, URL_LABEL, withheldLabel } from "./labels.ts";
import { applyReplacements, isThere, type Replacement } from "./replacement.ts";
import { AUTHORITY, IN_URL, STRING, type TextKind } from "./text-kind.ts";

/** Texts in which a replacement uncovers a finding, whose replacement uncovers another, and so on, are withheld. */
const SETTLE_PASSES_MAX = 8;

/** What a rewriter needs of the engine around it. */
export interface RewriterHost {
  readonly counts: CountsCollector;
  /** A text scanned, and cut to so many bytes. */
  truncate(text: Buffer, bytes: number, entry: KeyEntry): Buffer;
  /** A text was cut off, so what is left of it may read differently. */
  noteCut(): void;
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

  // ---- by key ----

  /** What `value` becomes under the action that its key decided. */
  act(value: Buffer, entry: KeyEntry): Buffer {
    const { action, class: sensitivityClass } = entry.decision;
    const result = this.#run(action, value, sensitivityClass, undefined, entry);
    const showsPart = action.kind === "mask" || action.kind === "generalize";
    if (!showsPart || isLabel(result)) return result;
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
          return isLabel(value) ? value : redactedLabel(sensitivityClass);
        case "truncate":
          return this.#host.truncate(value, action.bytes, entry);
        default:
          return this.#actions.run(action, value, {
            label: finding?.detector.type ?? sensitivityClass,
            token: finding?.detector.id ?? this.#tokenName(action, value, sensitivityClass, entry),
            class: sensitivityClass,
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
    const { findings, scannedTo } = this.#plan.scanner.scan(text, entry.path, {
      isPercentDecoded: isInUrl(kind),
    });
    const replacements: Replacement[] = [];
    if (findings.length > 0) {
      const onlyCertain = entry.decision.action.kind === "check";
      const tokens = this.#actions.pseudonyms?.find(text.toString("latin1")) ?? [];
      for (const finding of findings) {
        if (onlyCertain && finding.detector.confidence !== "certain") continue;
        if (tokens.some(([start, end]) => start <= finding.start && finding.end <= end)) continue;
        const replacement = this.#replacementOf(finding, text, kind, entry);
        if (replacement === undefined) continue;
        replacements.push(replacement);
        counts.addResult(
          replacement.bytes,
          finding.detector.class,
          this.#plan.findings.get(finding.detector.id)!.kind,
        );
      }
    }
    const label = isInUrl(kind) ? URL_LABEL : withheldLabel("candidates");
    if (scannedTo < text.length && !text.subarray(scannedTo).equals(label)) {
      replacements.push({ start: scannedTo, end: text.length, bytes: label });
      counts.addWithheld("candidates");
      this.#host.noteCut();
    }
    return replacements;
  }

  /**
   * A text in which findings were replaced, once nothing more is found in it: what stood next to a finding may
   * now stand alone, and be one. `text` itself where that is so at once.
   */
  settle(text: Buffer, kind: TextKind, entry: KeyEntry): Buffer {
    let settled = text;
    for (let pass = 0; pass < SETTLE_PASSES_MAX; pass++) {
      if (isLabel(settled) || this.#plan.scanner.locate(settled, 0) < 0) return settled;
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

/** What is written for a finding in a text of this kind: other labels than elsewhere in URLs. */
function labelIn(kind: TextKind, { id }: DetectorDefinition, bytes: Buffer): Buffer {
  return (isInUrl(kind) || id === "url_signature") && isLabel(bytes) ? URL_LABEL : bytes;
}

function isInUrl(kind: TextKind): boolean {
  return kind === IN_URL || kind === AUTHORITY;
}
