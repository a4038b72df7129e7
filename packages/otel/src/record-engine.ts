import type { Plan } from "@scrim/policy";
import { createRedactor, type Redactor } from "@scrim/redact";
import { ResourceBytes } from "./resource-bytes.ts";
import type { ResourceLike } from "./sdk-types.ts";
import { lastField, type Message } from "./value-reader.ts";
import { ValueWriter } from "./value-writer.ts";

/** Fields on the way from a request to its record: the same numbers for logs and traces. */
const RESOURCE_RECORDS = 1;
const RESOURCE = 1;
const SCOPE_RECORDS = 2;
const RECORDS = 2;

/**
 * The engine of the gateway for one record at a time: a record is written as the export request that would carry it. What
 * the policy says of resources holds, since the resource is written along.
 */
export class RecordEngine {
  readonly #plan: Plan;
  readonly #redactor: Redactor;
  readonly #resources: ResourceBytes | undefined;
  /** Not there while a record is being written: a getter that logs gets a writer of its own. */
  #spare: ValueWriter | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#redactor = createRedactor(plan);
    this.#resources = plan.conditions.length === 0 ? undefined : new ResourceBytes(plan.limits);
  }

  /** What the record that `write` writes the fields of becomes; undefined where it stays as it was written. */
  redact(
    signal: "logs" | "traces",
    resource: ResourceLike,
    write: (writer: ValueWriter) => void,
  ): Message | undefined {
    const writer = this.#spare ?? new ValueWriter(this.#plan.limits);
    this.#spare = undefined;
    const resourceBytes = this.#resources?.of(resource);
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
    writer.reset();
    this.#spare = writer;
    const { bytes } = this.#redactor.redact(signal, written);
    return bytes === written ? undefined : recordIn(bytes);
  }
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
