import { type DetectorDefinition, defineDetector } from "../../detector.ts";
import { isFiller } from "../../validators/filler.ts";
import { followsMark, isPlaceholder } from "../../validators/placeholder.ts";
import { entropy } from "../../validators/secret-like.ts";
import { isAboutSecret, keyedToken } from "../keyed-value.ts";

interface VendorKeyed
  extends Omit<
    DetectorDefinition,
    "type" | "class" | "pack" | "confidence" | "confirm" | "near" | "pattern" | "narrow"
  > {
  readonly vendor: string;
  /** RE2 expressions: how a key names the vendor, what else it says where that is not {@link ROLE}, what values are made of. */
  readonly key: { readonly name: string; readonly role?: string; readonly value: string };
}

const ROLE = "(?:key|token|secret|pass(?:word)?|pwd?|auth|login|credential)s?";

/** Bits a character. What has a vendor's length and alphabet and says less is a word or a filler. */
const ENTROPY_MIN = 2.5;

/** People do use `1234567890abcdef` as a secret; the whole alphabet is documentation. */
const ASCENT_MAX = 16;

/**
 * A credential without a prefix of its own: the value, in the vendor's alphabet and length, of a key that names the
 * vendor and says that it is secret.
 */
export function vendorKeyed({
  vendor,
  key: { name, role, value },
  ...token
}: VendorKeyed): DetectorDefinition {
  return defineDetector({
    ...token,
    ...keyedToken(`(?i:${name})[A-Za-z0-9_.-]{0,24}(?i:${role ?? ROLE})[A-Za-z0-9_]{0,12}`, value),
    type: `api_key:${vendor}`,
    class: "credential",
    pack: "secrets",
    confidence: "likely",
    confirm: (candidate, context) =>
      entropy(candidate) >= ENTROPY_MIN &&
      !isFiller(candidate, ASCENT_MAX) &&
      !isPlaceholder(candidate) &&
      (role !== undefined || !isAboutSecret(context)) &&
      !followsMark(context.before),
  });
}
