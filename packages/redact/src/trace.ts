import type { Finding } from "@scrim/detect";
import type { Action, Decision } from "@scrim/policy";

/** Where a value stands. A key that holds data reads as what it becomes. */
export interface TracePath {
  /** The field of OTLP, `LogRecord.attributes`; empty for a text that stands in none. */
  readonly field: string;
  /**
   * The key of the attribute, and where its text holds keys, the one inside it, and so on. None in a log body or a
   * field that is text by itself.
   */
  readonly keys: readonly string[];
}

/** What goes for its place in the structure of a text, whatever a policy says of keys. */
export type StructuralPart = "query literal" | "URL user info" | "URL signature";

/**
 * Is told what a redactor decides, while it does: keys, rules and detectors, never a value. What a key decides comes
 * before what is found under it.
 *
 * @example
 * ```ts
 * import { defaultPlan, describeOrigin } from "@scrim/policy";
 * import { createRedactor } from "@scrim/redact";
 * const redactor = createRedactor(defaultPlan(), {
 *   trace: {
 *     decided: ({ keys }, { origin }) => console.log(keys.join(" > "), "by", describeOrigin(origin)),
 *     found: ({ keys }, { detector }) => console.log(keys.join(" > "), "has", detector.id),
 *     replaced: () => {},
 *   },
 * });
 * redactor.redactText(Buffer.from("jane@shop.example"), "note");
 * // note by unknown (default policy)
 * // note has email
 * ```
 */
export interface RedactionTrace {
  /** A value stands here, and this is what the policy says of it. */
  decided(path: TracePath, decision: Decision): void;
  /** A detector found something in the text here, and this is done about it. Offsets are in bytes of that text. */
  found(path: TracePath, finding: Finding, action: Action): void;
  /** A part of the text here is replaced for what it is. */
  replaced(path: TracePath, part: StructuralPart): void;
}
