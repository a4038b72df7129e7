import type { SensitivityClass } from "./sensitivity-class.ts";

/** Countries with a pack of their own, by ISO 3166-1 code. */
const ID_COUNTRIES = [
  "ar",
  "at",
  "au",
  "be",
  "bg",
  "br",
  "ca",
  "ch",
  "cl",
  "cn",
  "co",
  "cz",
  "de",
  "dk",
  "ee",
  "es",
  "eu",
  "fi",
  "fr",
  "gb",
  "gr",
  "hk",
  "hr",
  "hu",
  "ie",
  "il",
  "in",
  "is",
  "it",
  "jp",
  "kr",
  "lt",
  "lv",
  "mx",
  "my",
  "nl",
  "no",
  "nz",
  "pk",
  "pl",
  "pt",
  "ro",
  "rs",
  "ru",
  "se",
  "sg",
  "th",
  "tr",
  "tw",
  "ua",
  "us",
  "za",
] as const;

export type IdCountry = (typeof ID_COUNTRIES)[number];

/** A name before a slash stands for all packs that begin with it: `national-ids` for those of every country. */
export const DETECTOR_PACKS = [
  "pii",
  "finance",
  "secrets",
  "network",
  "health",
  "crypto",
  ...ID_COUNTRIES.map((country) => `national-ids/${country}` as const),
] as const;

export type DetectorPack = (typeof DETECTOR_PACKS)[number];

/** What a policy may call a pack, or several. */
export const PACK_NAMES: readonly string[] = [
  ...new Set(DETECTOR_PACKS.map((pack) => pack.split("/")[0]!)),
  ...DETECTOR_PACKS.filter((pack) => pack.includes("/")),
];

/** From a validated format with its own check to a shape that only its surroundings make plausible. */
export const CONFIDENCES = ["certain", "likely", "possible"] as const;

export type Confidence = (typeof CONFIDENCES)[number];

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
   * A detector with `near` may have none: then the words wake it, in the text or in the attribute's key.
   */
  readonly atoms: readonly string[];
  /** The exact RE2 expression, run only on texts in which an atom fired. */
  readonly pattern: string;
  /** The part of a match that is the finding: the password, not `password=`. */
  readonly narrow?: (match: string) => readonly [start: number, end: number];
  /** Decides on a narrowed candidate. Throwing counts as yes: a broken validator must not let data through. */
  readonly confirm?: (candidate: string, context: CandidateContext) => boolean;
  /**
   * At least one of these words stands within so many bytes of the finding, or in the attribute's key. Latin words
   * are written in a-z without accents; those of other scripts as they are, and found inside longer ones too.
   */
  readonly near?: { readonly words: readonly string[]; readonly window_bytes: number };
  readonly examples: { readonly match: readonly string[]; readonly ignore: readonly string[] };
}

/** Longer ones cost the automaton states and tell no more. */
export const ATOM_BYTES_MAX = 64;

/** Makes a definition immutable. `lintDetector` says whether it is a sound one. */
export function defineDetector(definition: DetectorDefinition): DetectorDefinition {
  return Object.freeze(definition);
}
