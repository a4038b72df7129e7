import type { KeyObject } from "node:crypto";
import type { Scanner, SensitivityClass } from "@scrim/detect";
import type { CatalogueEntry, TextKind } from "@scrim/semconv";
import type { Action } from "./action.ts";

/** What a policy decided for one attribute key, and why. */
export interface Decision {
  readonly action: Action;
  /** Class of the value: what masks say (`[REDACTED:credential]`) and what counts are kept by. */
  readonly class: SensitivityClass;
  /** The structure to expect in a string value that is scanned. */
  readonly text: TextKind;
  /** What happens to numbers, booleans and bytes where the action is for strings only. */
  readonly onNonString: "drop" | "stringify";
  readonly origin: Origin;
}

/**
 * Where a decision comes from; `scrim policy explain` prints it. `line` is that of the setting, where it is written
 * down and not a default.
 */
export type Origin =
  | {
      readonly kind: "rule" | "setting";
      readonly layer: string;
      readonly path: string;
      readonly line: number | undefined;
    }
  | {
      readonly kind: "catalogue";
      readonly layer: string;
      readonly line?: number | undefined;
      readonly entry: CatalogueEntry;
      readonly via: string;
    }
  | {
      readonly kind: "unknown" | "body" | "text";
      readonly layer: string;
      readonly line?: number | undefined;
    }
  | { readonly kind: "joined"; readonly of: readonly Origin[] };

/** A `where` clause: true for a resource whose attributes match every pattern. */
export interface Condition {
  /** Resource attribute to pattern (`*` matches any run of characters). */
  readonly resource: ReadonlyMap<string, string>;
  matches(resource: ReadonlyMap<string, string>): boolean;
}

/** Which of {@link Plan.conditions} hold, as bits: condition `i` is bit `i`. At most 30 conditions. */
export type Holds = number;

export interface PseudonymKey {
  /** Version written into tokens. */
  readonly version: number;
  /** At least 32 bytes. Keys for each class are derived from it. */
  readonly secret: Uint8Array;
}

/** To whom values are sealed. */
export interface SealKey {
  /** X25519. */
  readonly recipient: KeyObject;
  readonly tenant: string;
}

/** A compiled policy: pure data and pure functions, no set-up left for the hot path. */
export interface Plan {
  readonly name: string;
  readonly conditions: readonly Condition[];
  /**
   * The decision for an attribute by its key or path (`user.email`, also for `{ user: { email } }`). Pure and
   * not cached: callers keep the answers by key bytes.
   */
  decide(path: string, holds: Holds): Decision;
  /**
   * Whether rules keep every key below the path, so that nobody need look there for keys. Never true where a rule may name
   * one, nor with further layers. A matter of names alone: detectors find what they find.
   */
  keepsAllBelow(path: string): boolean;
  /** For a log body, and what is in it where no rule and no catalogue names the key. */
  readonly body: Decision;
  /** For text that stands under no key: span names, status messages, string tables. Always a scan. */
  readonly text: Decision;
  readonly scanner: Scanner;
  /** Free text is read for keyed pairs (`email=`, `"password":`) wherever the scanner wakes. */
  readonly readsPairs: boolean;
  /** What a finding of a detector becomes, by detector id. Never `check`, `scan` or `truncate`; `keep` for machines alone. */
  readonly findings: ReadonlyMap<string, Action>;
  /** Which setting says so, by detector id. */
  readonly findingOrigins: ReadonlyMap<string, Origin>;
  /** Present where some action is `pseudonym`. */
  readonly pseudonymKey: PseudonymKey | undefined;
  readonly sealKey: SealKey | undefined;
  readonly limits: Limits;
}

/** Deterministic work budgets: what goes past them is withheld, in the SDK and the gateway alike. */
export interface Limits {
  /** Bytes of one value that are looked at. */
  readonly value_bytes_max: number;
  /** Bytes of all values of one log record, span or data point that are looked at. */
  readonly record_bytes_max: number;
  /** Attributes, members and elements of one record that are looked at, at all depths. */
  readonly record_nodes_max: number;
  /** Candidates that detectors may examine in one value. */
  readonly candidates_max: number;
}
