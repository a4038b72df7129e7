import type { Plan } from "@scrim/policy";
import { createRedactor, type Redactor, type WithheldReason } from "@scrim/redact";
import type { RedactionSetup } from "./redaction-options.ts";
import type { RedactedSignal } from "./redaction-telemetry.ts";
import { ResourceBytes } from "./resource-bytes.ts";
import type { ResourceLike } from "./sdk-types.ts";
import { ValueCopier } from "./value-copier.ts";
import { lastField, type Message } from "./value-reader.ts";
import { ValueWriter } from "./value-writer.ts";

/** Fields on the way from a request to its record: the same numbers for logs, traces and metrics. */
const RESOURCE_RECORDS = 1;
const RESOURCE = 1;
const SCOPE_RECORDS = 2;
const RECORDS = 2;

/** What is made of one plan. */
interface Tools {
  readonly plan: Plan;
  readonly redactor: Redactor;
  readonly resources: ResourceBytes | undefined;
  /** Not there while a record is being written: a getter that logs gets a writer of its own. */
  spare: ValueWriter | undefined;
  /** Not there while a record is being copied, nor where the policy depends on the resource. */
  copier: ValueCopier | undefined;
}

/**
 * The engine of the gateway for one record at a time: a record is written as the export request that would carry it. What
 * the policy says of resources holds, since the resource is written along.
 */
export class RecordEngine {
  readonly #setup: RedactionSetup;
  readonly #counted: RedactedSignal | undefined;
  readonly #isForJson: boolean;
  #tools: Tools;

  /**
   * `counted` is the signal in the counts, where it is another than that of the bytes; with `isForJson` what `copy` copies becomes
   * JSON as soon as it is redacted.
   */
  constructor(setup: RedactionSetup, counted?: RedactedSignal, isForJson = false) {
    this.#setup = setup;
    this.#counted = counted;
    this.#isForJson = isForJson;
    this.#tools = toolsFor(setup.policy.plan, isForJson);
  }

  /**
   * What the record that `write` writes the fields of becomes; undefined where it stays as it was written. Where `copy` is given it comes
   * first, and only a record whose copy can't be redacted by itself is written: from the copy, since what the application has is
   * read once.
   */
  redact(
    signal: Exclude<RedactedSignal, "lines">,
    resource: ResourceLike,
    write: (writer: ValueWriter) => void,
    copy?: (copier: ValueCopier) => void,
  ): Message | undefined {
    const started = performance.now();
    const { plan } = this.#setup.policy;
    if (this.#tools.plan !== plan) this.#tools = toolsFor(plan, this.#isForJson);
    const tools = this.#tools;
    const { copier } = tools;
    if (copy === undefined || copier === undefined)
      return this.#redactWritten(tools, signal, resource, write, started, NOTHING_WITHHELD);
    tools.copier = undefined;
    try {
      copier.begin();
      copy(copier);
      const { values, withheld } = copier;
      if (!values.finish()) {
        if (copier.hasShared) {
          copier.beginWhole();
          copy(copier);
        }
        return this.#redactWritten(tools, signal, resource, write, started, withheld);
      }
      this.#setup.telemetry.redacted(
        this.#counted ?? signal,
        values.counts,
        withheld,
        performance.now() - started,
      );
      return undefined;
    } finally {
      tools.copier = copier;
    }
  }

  /** The same as a request, where `withheld` could not be read. */
  #redactWritten(
    tools: Tools,
    signal: Exclude<RedactedSignal, "lines">,
    resource: ResourceLike,
    write: (writer: ValueWriter) => void,
    started: number,
    withheld: ReadonlyMap<WithheldReason, number>,
  ): Message | undefined {
    const writer = tools.spare ?? new ValueWriter(tools.plan.limits);
    tools.spare = undefined;
    for (const [reason, count] of withheld) writer.withheld.set(reason, count);
    const resourceBytes = tools.resources?.of(resource);
    const { out } = writer;
    const request = writer.open(RESOURCE_RECORDS);
    if (resourceBytes !== undefined) writer.bytes(RESOURCE, resourceBytes);
    const scope = writer.open(SCOPE_RECORDS);
    const record = writer.open(RECORDS);
    write(writer);
    out.close(record);
    out.close(scope);
    out.close(request);
    const written = out.finish();
    const { bytes, counts } = tools.redactor.redact(signal, written);
    const redacted = bytes === written ? undefined : recordIn(bytes);
    this.#setup.telemetry.redacted(
      this.#counted ?? signal,
      counts,
      writer.withheld,
      performance.now() - started,
    );
    writer.reset();
    tools.spare = writer;
    return redacted;
  }
}

const NOTHING_WITHHELD: ReadonlyMap<WithheldReason, number> = new Map();

function toolsFor(plan: Plan, isForJson: boolean): Tools {
  const redactor = createRedactor(plan);
  const { values } = redactor;
  return {
    plan,
    redactor,
    resources: values === undefined ? new ResourceBytes(plan.limits) : undefined,
    spare: undefined,
    copier: values && new ValueCopier(values, plan.limits, isForJson),
  };
}

function recordIn(bytes: Buffer): Message {
  let message: Message = { bytes, start: 0, end: bytes.length };
  for (const field of [RESOURCE_RECORDS, SCOPE_RECORDS, RECORDS]) {
    const inner = lastField(message, field);
    if (inner === undefined) throw new Error("redaction left no record");
    message = inner;
  }
  return message;
}
