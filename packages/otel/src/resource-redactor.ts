import type { Plan } from "@scrim/policy";
import { createRedactor, type Redactor, withheldLabel } from "@scrim/redact";
import type { RedactionSetup } from "./redaction-options.ts";
import type { RedactedSignal } from "./redaction-telemetry.ts";
import { reportFault } from "./report-fault.ts";
import type { ResourceLike, ScopeLike } from "./sdk-types.ts";
import { addKeyValue, eachField, lastField, textOf } from "./value-reader.ts";
import { ValueWriter } from "./value-writer.ts";

/** Fields of `ExportLogsServiceRequest`, `ResourceLogs`, `ScopeLogs`, `Resource` and `InstrumentationScope`. */
const RESOURCE_LOGS = 1;
const RESOURCE = 1;
const RESOURCE_ATTRIBUTES = 1;
const SCOPE_LOGS = 2;
const SCOPE = 1;
const SCOPE_NAME = 1;
const SCOPE_VERSION = 2;
const SCOPE_ATTRIBUTES = 3;
const SCHEMA_URL = 3;

/**
 * Redacts resources and scopes. Exporters group records by their identity, so each has one redacted copy as
 * long as it is there itself; a resource whose attributes are still being found out gets a new one each time.
 */
export class ResourceRedactor {
  readonly #signal: RedactedSignal;
  readonly #setup: RedactionSetup;
  #plan: Plan;
  #redactor: Redactor;
  #resources = new WeakMap<ResourceLike, ResourceLike>();
  #scopes = new WeakMap<ResourceLike, WeakMap<ScopeLike, ScopeLike>>();

  /** `signal` is that of the records, for the counts. */
  constructor(signal: RedactedSignal, setup: RedactionSetup) {
    this.#signal = signal;
    this.#setup = setup;
    this.#plan = setup.policy.plan;
    this.#redactor = createRedactor(this.#plan);
  }

  /** What was redacted by another policy is forgotten. */
  #keepUp(): void {
    const { plan } = this.#setup.policy;
    if (plan === this.#plan) return;
    this.#plan = plan;
    this.#redactor = createRedactor(plan);
    this.#resources = new WeakMap();
    this.#scopes = new WeakMap();
  }

  /** Never throws: what can't be redacted is withheld. */
  resource(resource: ResourceLike): ResourceLike {
    this.#keepUp();
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const redacted = this.#redactedResource(resource);
    if (resource.asyncAttributesPending !== true) this.#resources.set(resource, redacted);
    return redacted;
  }

  #redactedResource(resource: ResourceLike): ResourceLike {
    try {
      const writer = new ValueWriter(this.#plan.limits);
      const request = writer.open(RESOURCE_LOGS);
      this.#writeResource(writer, resource);
      if (resource.schemaUrl !== undefined) writer.text(SCHEMA_URL, resource.schemaUrl);
      writer.out.close(request);
      const bytes = this.#redact(writer);
      const records = lastField({ bytes, start: 0, end: bytes.length }, RESOURCE_LOGS)!;
      const attributes: Record<string, unknown> = {};
      const message = lastField(records, RESOURCE);
      if (message !== undefined) {
        eachField(message, (field, payload) => {
          if (field === RESOURCE_ATTRIBUTES) addKeyValue(attributes, payload);
        });
      }
      const schemaUrl = lastField(records, SCHEMA_URL);
      return new RedactedResource(attributes, schemaUrl && textOf(schemaUrl));
    } catch (error) {
      this.#failed("a resource was withheld", error);
      return new RedactedResource({}, undefined);
    }
  }

  #redact(writer: ValueWriter): Buffer {
    const { bytes, counts } = this.#redactor.redact("logs", writer.out.finish());
    this.#setup.telemetry.found(this.#signal, counts, writer.withheld);
    return bytes;
  }

  #failed(what: string, error: unknown): void {
    this.#setup.telemetry.stub(this.#signal);
    reportFault(what, error);
  }

  #writeResource(writer: ValueWriter, { attributes }: ResourceLike): void {
    const frame = writer.open(RESOURCE);
    writer.attributes(RESOURCE_ATTRIBUTES, attributes);
    writer.out.close(frame);
  }

  /** A scope of records of this resource, since rules may hold for some resources only. */
  scope(scope: ScopeLike, resource: ResourceLike): ScopeLike {
    this.#keepUp();
    let scopes = this.#scopes.get(resource);
    if (scopes === undefined) {
      scopes = new WeakMap();
      this.#scopes.set(resource, scopes);
    }
    const known = scopes.get(scope);
    if (known !== undefined) return known;
    const redacted = this.#redactedScope(scope, resource);
    scopes.set(scope, redacted);
    return redacted;
  }

  #redactedScope(scope: ScopeLike, resource: ResourceLike): ScopeLike {
    try {
      const writer = new ValueWriter(this.#plan.limits);
      const request = writer.open(RESOURCE_LOGS);
      if (this.#plan.conditions.length > 0) this.#writeResource(writer, resource);
      const records = writer.open(SCOPE_LOGS);
      writeScope(writer, scope);
      if (scope.schemaUrl !== undefined) writer.text(SCHEMA_URL, scope.schemaUrl);
      writer.out.close(records);
      writer.out.close(request);
      return readScope(this.#redact(writer), scope);
    } catch (error) {
      this.#failed("a scope was withheld", error);
      return { name: withheldLabel("error").toString() };
    }
  }
}

function writeScope(writer: ValueWriter, { name, version, attributes }: ScopeLike): void {
  const frame = writer.open(SCOPE);
  writer.text(SCOPE_NAME, name);
  if (version !== undefined) writer.text(SCOPE_VERSION, version);
  if (attributes !== undefined) writer.attributes(SCOPE_ATTRIBUTES, attributes);
  writer.out.close(frame);
}

function readScope(bytes: Buffer, { attributes, droppedAttributesCount }: ScopeLike): ScopeLike {
  const resourceLogs = lastField({ bytes, start: 0, end: bytes.length }, RESOURCE_LOGS)!;
  const scopeLogs = lastField(resourceLogs, SCOPE_LOGS)!;
  const texts: { name: string; version?: string; attributes: Record<string, unknown> } = {
    name: "",
    attributes: {},
  };
  eachField(lastField(scopeLogs, SCOPE)!, (field, payload) => {
    if (field === SCOPE_NAME) texts.name = textOf(payload);
    else if (field === SCOPE_VERSION) texts.version = textOf(payload);
    else if (field === SCOPE_ATTRIBUTES) addKeyValue(texts.attributes, payload);
  });
  const schemaUrl = lastField(scopeLogs, SCHEMA_URL);
  return {
    name: texts.name,
    ...(texts.version !== undefined && { version: texts.version }),
    ...(schemaUrl !== undefined && { schemaUrl: textOf(schemaUrl) }),
    ...(attributes !== undefined && { attributes: texts.attributes }),
    ...(droppedAttributesCount !== undefined && { droppedAttributesCount }),
  };
}

/** A resource as far as exporters use it. */
class RedactedResource implements ResourceLike {
  readonly attributes: Record<string, unknown>;
  readonly schemaUrl?: string;
  readonly asyncAttributesPending = false;

  constructor(attributes: Record<string, unknown>, schemaUrl: string | undefined) {
    this.attributes = attributes;
    if (schemaUrl !== undefined) this.schemaUrl = schemaUrl;
  }

  getRawAttributes(): [string, unknown][] {
    return Object.entries(this.attributes);
  }

  merge(): this {
    return this;
  }
}
