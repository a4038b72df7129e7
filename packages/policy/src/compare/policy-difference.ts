/**
 * What a difference does to what leaves: `stronger` where it is certain that nothing more does, `other` where nothing changes but a name,
 * `weaker` where more may, which is also said of all that can't be compared.
 */
export type Change = "stronger" | "weaker" | "other";

/** One difference between two policies. */
export interface PolicyDifference {
  /** Where it stands: `classes.credential`, `rules[2]`, `detectors.phone`, behind `layers[1].` in a further layer. */
  readonly path: string;
  readonly change: Change;
  /** The setting as JSON; undefined where there was none. */
  readonly before: string | undefined;
  /** The setting as JSON; undefined where there is none any more. */
  readonly after: string | undefined;
}

/** Whether any of the differences lets more leave, or may. */
export function weakens(differences: readonly PolicyDifference[]): boolean {
  return differences.some(({ change }) => change === "weaker");
}
