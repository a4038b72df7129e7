import { conditionsThatHold, type Plan } from "@scrim/policy";
import { createRedactor, type Redactor, withheldLabel } from "@scrim/redact";
import { RedactedResource, type ResourceContent } from "./redacted-resource.ts";
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

/** What `process.*` says that a command line may hold, and who ran it: nobody needs it in every record. */
const COMMAND_LINE = ["process.command", "process.command_args", "process.command_line", "process.owner"];

export interface ResourceOptions {
  /** Leaves out what command line and owner of the process say, unless a rule of the policy decides on them. */
  readonly withoutCommandLine?: boolean;
}

/** What has a resource and a scope. */
interface Placed {
  resource: ResourceLike;
  instrumentationScope: ScopeLike;
}

/**
 * Redacts resources and scopes. Exporters group records by their identity, so each has one redacted copy as
 * long as it is there itself.
 */
export class ResourceRedactor {
  readonly #signal: RedactedSignal;
  readonly #setup: RedactionSetup;
  readonly #options: ResourceOptions;
  readonly #resources = new WeakMap<ResourceLike, RedactedResource>();
  #plan: Plan;
  #redactor: Redactor;
  #scopes = new WeakMap<ResourceLike, WeakMap<ScopeLike, ScopeLike>>();

  /** `signal` is that of the records, for the counts. */
  constructor(signal: RedactedSignal, setup: RedactionSetup, options: ResourceOptions = {}) {
    this.#signal = signal;
    this.#setup = setup;
    this.#options = options;
    this.#plan = setup.policy.plan;
    this.#redactor = createRedactor(this.#plan);
  }

  /** What was redacted by another policy is forgotten. Returns the policy in force. */
  #keepUp(): Plan {
    const { plan } = this.#setup.policy;
    if (plan !== this.#plan) {
      this.#plan = plan;
      this.#redactor = createRedactor(plan);
      this.#scopes = new WeakMap();
    }
    return plan;
  }

  /** Gives a redacted copy of a record a redacted resource and scope. */
  place<Copy extends Placed>(copy: Copy): Copy {
    const { resource, instrumentationScope } = copy;
    copy.resource = this.resource(resource);
    copy.instrumentationScope = this.scope(instrumentationScope, resource);
    return copy;
  }

  /** Never throws: what can't be redacted is withheld. */
  resource(resource: ResourceLike): RedactedResource {
    let redacted = this.#resources.get(resource);
    if (redacted === undefined) {
      redacted = new RedactedResource(
        resource,
        () => this.#keepUp(),
        () => this.#content(resource),
      );
      this.#resources.set(resource, redacted);
    }
    return redacted;
  }

  #content(resource: ResourceLike): ResourceContent {
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
      if (this.#options.withoutCommandLine === true) this.#removeCommandLine(attributes);
      const schemaUrl = lastField(records, SCHEMA_URL);
      return { attributes, schemaUrl: schemaUrl && textOf(schemaUrl) };
    } catch (error) {
      this.#failed("a resource was withheld", error);
      return { attributes: {}, schemaUrl: undefined };
    }
  }

  #removeCommandLine(attributes: Record<string, unknown>): void {
    const texts = Object.entries(attributes).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    });
    const holds = conditionsThatHold(this.#plan.conditions, new Map(texts));
    for (const key of COMMAND_LINE) {
      if (this.#plan.decide(key, holds).origin.kind !== "rule") delete attributes[key];
    }
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

  #redact(writer: ValueWriter): Buffer {
    const { bytes, counts } = this.#redactor.redact("logs", writer.out.finish());
    this.#setup.telemetry.found(this.#signal, counts, writer.withheld);
    return bytes;
  }

  #failed(what: string, error: unknown): void {
    this.#setup.telemetry.stub(this.#signal);
    reportFault(what, error);
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
