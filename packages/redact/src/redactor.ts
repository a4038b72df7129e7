import { DETECTORS, SENSITIVITY_CLASSES } from "@scrim/detect";
import type { Action, Plan } from "@scrim/policy";
import { REQUEST_TYPES, type Signal, Splicer } from "@scrim/wire";
import { ActionRunner } from "./actions/apply.ts";
import type { RedactionCounts } from "./counts.ts";
import { KeyEntry } from "./key-entry.ts";
import { knowLabels } from "./labels.ts";
import { MessageWalk } from "./message-walk.ts";
import { TextEngine } from "./text-engine.ts";

export interface Redaction {
  /** The redacted bytes; the very buffer that came in where nothing changed. */
  readonly bytes: Buffer;
  readonly counts: RedactionCounts;
}

/** Applies one policy. Not reentrant; every process or worker has its own. */
export interface Redactor {
  /**
   * Redacts an export request of OTLP (`ExportLogsServiceRequest` and the like), in protobuf. `bytes` is only
   * read. Values that can't be redacted are withheld, and counted.
   *
   * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED`, with the byte offset, where the framing is broken
   */
  redact(signal: Signal, bytes: Buffer): Redaction;
  /**
   * Redacts one text: UTF-8, a log line, the value of an attribute `key`, or, without a key, a log body.
   * Never throws.
   */
  redactText(text: Buffer, key?: string): Redaction;
}

/**
 * Makes a redactor from a compiled policy.
 *
 * @example
 * ```ts
 * import { defaultPlan } from "@scrim/policy";
 * import { createRedactor } from "@scrim/redact";
 * const redactor = createRedactor(defaultPlan());
 * const { bytes } = redactor.redactText(Buffer.from("mail from jane@shop.example"));
 * console.log(bytes.toString()); // mail from [REDACTED:email]
 * ```
 */
export function createRedactor(plan: Plan): Redactor {
  knowLabels([
    ...Object.keys(SENSITIVITY_CLASSES),
    ...DETECTORS.map((detector) => detector.type),
    ...plan.scanner.detectors.map((detector) => detector.type),
  ]);
  const actions = new ActionRunner(plan.pseudonymKey);
  // Keys are plain text: what is inside one that is a URL or JSON would be keys again.
  const keyTexts = new TextEngine({ ...plan, findings: findingsInKeys(plan) }, actions, () => walk.keys, {
    plain: true,
  });
  const keyText = new KeyEntry("", plan.text);
  const texts = new TextEngine(plan, actions, () => walk.keys);
  const splicer = new Splicer();

  function redactKey(key: Buffer): Buffer | undefined {
    if (plan.scanner.locate(key, 0) < 0) return undefined; // most keys, at a tenth of the cost
    const redacted = keyTexts.redact(key, keyText);
    return redacted === key ? undefined : redacted;
  }

  const tableTexts = new TextEngine(plan, actions, () => walk.keys);
  const redactTableText = (text: Buffer) => tableTexts.redact(text, keyText);

  const walk: MessageWalk = new MessageWalk(plan, texts, redactKey, redactTableText);

  return {
    redact(signal, bytes) {
      const type = REQUEST_TYPES[signal];
      texts.begin(bytes);
      walk.walk(signal, type, bytes);
      texts.finish();
      return { bytes: splicer.splice(bytes, type, texts.edits), counts: texts.counts };
    },
    redactText(text, key) {
      const name = key === undefined ? undefined : Buffer.from(key);
      const entry = name === undefined ? walk.bodyEntry : walk.keys.lookup(name, 0, name.length, 0);
      const bytes = texts.redact(text, entry);
      return { bytes, counts: texts.counts };
    },
  };
}

/** Keys name things, so what is found in one is masked or made coarser, never turned into a token. */
function findingsInKeys(plan: Plan): ReadonlyMap<string, Action> {
  const mask: Action = { kind: "mask", style: { style: "all" } };
  return new Map(
    [...plan.findings].map(([id, action]) => [id, action.kind === "generalize" ? action : mask]),
  );
}
