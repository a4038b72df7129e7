import type { SensitivityClass } from "@scrim/detect";
import type { CatalogueEntry, TextKind } from "../catalogue-entry.ts";

/** One judgement of ours: names that get the same class for the same reason. */
export interface Judgement<Name extends string = string> {
  readonly class: SensitivityClass;
  /** Why this class: one phrase, shown in the documentation and where a decision is explained. */
  readonly reason: string;
  readonly names: readonly Name[];
  /** `plain` unless given. */
  readonly kind?: TextKind;
  /** What the conventions themselves demand. */
  readonly spec?: string;
}

/** What a judgement says about one of its names. */
export function entryOf(judgement: Judgement, name: string): CatalogueEntry {
  const { class: sensitivity, kind = "plain", reason, spec } = judgement;
  return { name, template: false, class: sensitivity, kind, reason, ...(spec !== undefined && { spec }) };
}
