import { type WithheldReason, withheldReason } from "./labels.ts";
import type { Tracer } from "./tracer.ts";

/** What redaction did to one batch or text: numbers by class, never values. */
export interface RedactionCounts {
  /** By `class/action`, e.g. `direct_identifier/mask`. */
  readonly redacted: ReadonlyMap<string, number>;
  /** By reason. */
  readonly withheld: ReadonlyMap<string, number>;
  /** Fields that the specification does not know, and opaque payloads. */
  readonly dropped_fields: number;
  /** Those among them that are indices into a string table, which only profiles have. */
  readonly string_indices: number;
  /** Values that became a string or were removed because they were no string. */
  readonly type_changes: number;
  /** Series of metrics that became equal to another of the same metric. A `pseudonym` keeps them apart. */
  readonly merged_series: number;
}

/** Collects {@link RedactionCounts} while a batch is redacted. */
export class CountsCollector implements RedactionCounts {
  readonly redacted = new Map<string, number>();
  readonly withheld = new Map<string, number>();
  dropped_fields = 0;
  string_indices = 0;
  type_changes = 0;
  merged_series = 0;
  /** Told what leads to these numbers, where somebody asked. Counts that are thrown away have none. */
  readonly tracer: Tracer | undefined;

  constructor(tracer?: Tracer) {
    this.tracer = tracer;
  }

  addRedacted(classOrType: string, action: string): void {
    this.addRedactedAs(redactedKey(classOrType, action));
  }

  /** The same by a key that was made before. */
  addRedactedAs(key: string): void {
    this.redacted.set(key, (this.redacted.get(key) ?? 0) + 1);
  }

  /** Counts what a value or a finding became under an action: withheld, where that failed. */
  addResult(result: Buffer, classOrType: string, action: string): void {
    const reason = withheldReason(result);
    if (reason === undefined) this.addRedacted(classOrType, action);
    else this.addWithheld(reason);
  }

  /** Counts an attribute's key that was replaced. */
  addKey(replacement: Buffer): void {
    this.addResult(replacement, "key", "mask");
  }

  addWithheld(reason: WithheldReason): void {
    this.withheld.set(reason, (this.withheld.get(reason) ?? 0) + 1);
  }
}

export function redactedKey(classOrType: string, action: string): string {
  return `${classOrType}/${action}`;
}
