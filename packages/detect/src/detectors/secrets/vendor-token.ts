import {
  type CandidateContext,
  type Confidence,
  type DetectorDefinition,
  defineDetector,
} from "../../detector.ts";
import { isFiller } from "../../validators/filler.ts";
import { standsAlone } from "../../validators/neighbours.ts";
import { entropy } from "../../validators/secret-like.ts";

interface VendorToken
  extends Omit<DetectorDefinition, "type" | "class" | "pack" | "confidence" | "confirm" | "near"> {
  readonly vendor: string;
  /** `certain` where left out: the format is the issuer's alone. */
  readonly confidence?: Confidence;
  /** What else the issuer built into the format: a checksum, a structure. */
  readonly check?: (candidate: string) => boolean;
}

/** Bits a character; `ghp_xxxxxxxx…` of the documentation stays below, random tokens don't. */
const ENTROPY_MIN = 2.5;

/** Neighbours in the alphabet: one random token in 10^11 has eight in a row. */
const ASCENT_MAX = 8;

/**
 * A credential that its issuer gave a recognisable prefix. It stands alone, isn't made of a few characters, and
 * is not the made-up one of some manual.
 */
export function vendorToken({
  vendor,
  confidence = "certain",
  check,
  ...token
}: VendorToken): DetectorDefinition {
  return defineDetector({
    ...token,
    type: `api_key:${vendor}`,
    class: "credential",
    pack: "secrets",
    confidence,
    confirm: (candidate, context) =>
      isWholeToken(candidate, context) &&
      entropy(candidate) >= ENTROPY_MIN &&
      !candidate.toLowerCase().includes("example") &&
      !isFiller(candidate, ASCENT_MAX) &&
      check?.(candidate) !== false,
  });
}

/** No piece of a longer word. Padding also ends the token in `token=value`. */
function isWholeToken(candidate: string, { before, after }: CandidateContext): boolean {
  return standsAlone({ before, after: candidate.endsWith("=") ? "" : after });
}
