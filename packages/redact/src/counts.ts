import type { WithheldReason } from "./labels.ts";

/** What redaction did to one batch or text: numbers by class, never values. */
export interface RedactionCounts {
  /** By `class/action`, e.g. `direct_identifier/mask`. */
  readonly redacted: ReadonlyMap<string, number>;
  /** By reason. */
  readonly withheld: ReadonlyMap<string, number>;
  /** Fields that the specification does not know, and opaque payloads. */
  readonly dropped_fields: number;
  /** Values that became a string or were removed because they were no string. */
  readonly type_changes: number;
}

/** Collects {@link RedactionCounts} while a batch is redacted. */
export class CountsCollector implements RedactionCounts {
  readonly redacted = new Map<string, number>();
  readonly withheld = new Map<string, number>();
  dropped_fields = 0;
  type_changes = 0;

  addRedacted(classOrType: string, action: string): void {
    const key = `${classOrType}/${action}`;
    this.redacted.set(key, (this.redacted.get(key) ?? 0) + 1);
  }

  addWithheld(reason: WithheldReason): void {
    this.withheld.set(reason, (this.withheld.get(reason) ?? 0) + 1);
  }

  /** Adds what was counted elsewhere, for a text inside a text. */
  add(other: RedactionCounts): void {
    for (const [key, n] of other.redacted) this.redacted.set(key, (this.redacted.get(key) ?? 0) + n);
    for (const [key, n] of other.withheld) this.withheld.set(key, (this.withheld.get(key) ?? 0) + n);
    this.dropped_fields += other.dropped_fields;
    this.type_changes += other.type_changes;
  }
}
