/** Values that a standard or an issuer set aside for examples. A policy may leave them alone; by default none are. */
export interface SuppressionList {
  /** As policies name it: `^[a-z][a-z0-9_]*$`. */
  readonly id: string;
  /** One sentence. */
  readonly lists: string;
  readonly source: string;
  /** The types of findings it may take back. */
  readonly types: readonly string[];
  /** Decides on the text of a finding, as a `latin1` string. Throwing counts as no: what is found stays found. */
  readonly has: (text: string) => boolean;
  readonly examples: { readonly match: readonly string[]; readonly ignore: readonly string[] };
}
