/** What a policy does with a value. Made from the policy document; what each does to bytes is in `@scrim/redact`. */
export type Action =
  /** Left alone and never scanned. Only an explicit rule gets this. */
  | { readonly kind: "keep" }
  /** Left alone unless a detector whose confidence is `certain` finds something. What `keep` means for a class. */
  | { readonly kind: "check" }
  /** Left alone unless a detector finds something; findings get their own class's action. */
  | { readonly kind: "scan" }
  | { readonly kind: "mask"; readonly style: MaskStyle }
  | { readonly kind: "replace"; readonly with: string }
  | { readonly kind: "drop" }
  | { readonly kind: "pseudonym" }
  | { readonly kind: "generalize"; readonly to: Generalization }
  /** Scanned, then cut to this many bytes of UTF-8. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** Sealed to a public key: the holder of the private one can open it. */
  | { readonly kind: "seal" }
  /** Unkeyed SHA-256, for migration from systems that have it; small domains are easily enumerated. */
  | { readonly kind: "hash" };

export type MaskStyle =
  | { readonly style: "all" }
  /** `john@example.com` to `j***@example.com` */
  | { readonly style: "email" }
  /** `4111 1111 1111 1111` to `****1111` */
  | { readonly style: "card" }
  | { readonly style: "keep_first"; readonly characters: number }
  | { readonly style: "keep_last"; readonly characters: number };

/** Each part applies to values of its own shape; a value of none of these shapes is masked. */
export interface Generalization {
  /** Bits of an address that stay, 0 to 32 and 0 to 128. Private and loopback addresses stay whole. */
  readonly ipv4_prefix?: number;
  readonly ipv6_prefix?: number;
  /** ISO 8601 dates and times are cut to this. */
  readonly date?: "year" | "month" | "day";
  /** Numbers are rounded down to a multiple of this. */
  readonly bucket?: number;
  /** URLs lose user info, query and fragment. */
  readonly url?: "without_query";
}
