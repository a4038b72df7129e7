import type { SensitivityClass } from "./sensitivity-class.ts";

export const DETECTOR_PACKS = ["pii", "finance", "secrets", "network"] as const;

export type DetectorPack = (typeof DETECTOR_PACKS)[number];

/** From a validated format with its own check to a shape that only its surroundings make plausible. */
export type Confidence = "certain" | "likely" | "possible";

/** What stands next to a candidate: at most {@link CONTEXT_BYTES} on each side, as `latin1` strings. */
export interface CandidateContext {
  readonly before: string;
  readonly after: string;
}

export const CONTEXT_BYTES = 32;

/**
 * One kind of personal data or secret: how to find it, how to be sure, and examples that are documentation
 * and test at once.
 *
 * `narrow` and `confirm` get candidates as `latin1` strings, one character a byte, so that an index into the
 * string is a byte offset. All text that matters to them is ASCII.
 */
export interface DetectorDefinition {
  /** `^[a-z][a-z0-9_]*$`. */
  readonly id: string;
  /** What it finds, as users and placeholders name it. Several detectors may share a type. */
  readonly type: string;
  readonly class: SensitivityClass;
  readonly pack: DetectorPack;
  /** One sentence. */
  readonly finds: string;
  /** The standard or the issuer's documentation that the format comes from. */
  readonly source: string;
  readonly confidence: Confidence;
  /**
   * RE2 expressions of which at least one matches inside every match of `pattern`. All atoms of all detectors
   * share the one automaton that reads every byte, so they are short (at most {@link ATOM_BYTES_MAX}), can't
   * match NUL, which separates texts, and hold no assertions, which would see the neighbouring text.
   */
  readonly atoms: readonly string[];
  /** The exact RE2 expression, run only on texts in which an atom fired. */
  readonly pattern: string;
  /** The part of a match that is the finding: the password, not `password=`. */
  readonly narrow?: (match: string) => readonly [start: number, end: number];
  /** Decides on a narrowed candidate. Throwing counts as yes: a broken validator must not let data through. */
  readonly confirm?: (candidate: string, context: CandidateContext) => boolean;
  /** At least one of these words stands within so many bytes of the finding, or in the attribute's key. */
  readonly near?: { readonly words: readonly string[]; readonly window_bytes: number };
  readonly examples: { readonly match: readonly string[]; readonly ignore: readonly string[] };
}

/** Locating relies on this: an atom that ends at byte `e` began at `e - ATOM_BYTES_MAX` or later. */
export const ATOM_BYTES_MAX = 64;

/** Makes a definition immutable. `lintDetector` says whether it is a sound one. */
export function defineDetector(definition: DetectorDefinition): DetectorDefinition {
  return Object.freeze(definition);
}
