import { DETECTORS, SENSITIVITY_CLASSES } from "@scrim/detect";
import type { Action, Plan } from "@scrim/policy";
import { REQUEST_TYPES, type Signal, Splicer } from "@scrim/wire";
import { ActionRunner } from "./actions/apply.ts";
import { CountsCollector, type RedactionCounts } from "./counts.ts";
import { KeyEntry } from "./key-entry.ts";
import { KeyTree, type KeyTreeSource } from "./key-tree.ts";
import { knowLabels } from "./labels.ts";
import { mergedSeries } from "./merged-series.ts";
import { MessageWalk } from "./message-walk.ts";
import { NOWHERE } from "./place-of-record.ts";
import { PASSES_MAX, TextEngine } from "./text-engine.ts";
import type { RedactionTrace } from "./trace.ts";
import { Tracer } from "./tracer.ts";
import { ValueRedactor } from "./value-redactor.ts";

export interface Redaction {
  /** The redacted bytes; the very buffer that came in where nothing changed. */
  readonly bytes: Buffer;
  readonly counts: RedactionCounts;
}

export interface RedactorOptions {
  /** Is told what is decided. Redaction is slower then, and its result the same. */
  readonly trace?: RedactionTrace;
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
  /**
   * For records of an application's own values. Undefined where the policy has conditions on resources or seals: such records are
   * redacted as requests.
   */
  readonly values: ValueRedactor | undefined;
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
export function createRedactor(plan: Plan, { trace }: RedactorOptions = {}): Redactor {
  knowLabels([
    ...Object.keys(SENSITIVITY_CLASSES),
    ...DETECTORS.map((detector) => detector.type),
    ...plan.scanner.detectors.map((detector) => detector.type),
  ]);
  plan.scanner.scan(Buffer.from(" ")); // what it builds for the first text is built now
  const actions = new ActionRunner(plan);
  const keyTexts = new TextEngine(
    { ...plan, findings: findingsInKeys(plan), readsPairs: false },
    actions,
    () => walk.keys,
  );
  const keyText = new KeyEntry("", plan.text);
  const texts = new TextEngine(plan, actions, () => walk.keys);
  const splicer = new Splicer();

  function redactKey(key: Buffer): Buffer | undefined {
    if (plan.scanner.locate(key, 0) < 0) return undefined; // most keys, at a tenth of the cost
    const redacted = keyTexts.redactPlain(key, keyText);
    return redacted === key ? undefined : redacted;
  }

  const walk: MessageWalk = new MessageWalk(plan, texts, redactKey, actions.place);

  const createCounts = () => new CountsCollector(trace && new Tracer(trace));

  let values: ValueRedactor | undefined;

  /** Made for who asks: gateways don't. */
  function createValues(): ValueRedactor | undefined {
    if (plan.conditions.length > 0 || plan.sealKey !== undefined) return undefined;
    const source: KeyTreeSource = {
      get keys() {
        return walk.keys;
      },
      body: walk.entryOf(undefined),
      text: walk.textEntry,
      replacement: (value, entry) => texts.replacement(value, entry),
    };
    return new ValueRedactor(plan, texts, new KeyTree(plan, source));
  }

  return {
    get values() {
      return (values ??= createValues());
    },
    redact(signal, bytes) {
      const type = REQUEST_TYPES[signal];
      const counts = createCounts();
      let redacted = bytes;
      for (let pass = 0; pass < PASSES_MAX; pass++) {
        texts.begin(redacted, counts);
        walk.walk(signal, type, redacted);
        texts.finish();
        redacted = splicer.splice(redacted, type, texts.edits);
        if (texts.edits.length === 0 || !(texts.isUnsettled || walk.isUnsettled)) break;
        counts.tracer?.readAllAgain();
      }
      if (signal === "metrics" && redacted !== bytes) counts.merged_series = mergedSeries(bytes, redacted);
      return { bytes: redacted, counts };
    },
    redactText(text, key) {
      const counts = createCounts();
      Object.assign(actions.place, NOWHERE);
      const entry = walk.entryOf(key);
      counts.tracer?.enter(0, entry);
      counts.tracer?.decidedWhole(entry);
      const bytes = texts.redact(text, entry, counts);
      return { bytes, counts };
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
