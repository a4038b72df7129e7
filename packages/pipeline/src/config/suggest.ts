import { didYouMean } from "@scrim/errors";

/** `did you mean "hold"? Keys here are: floor, hold, traces_max.` */
export function suggest(name: string, known: readonly string[], what: string): string {
  const near = didYouMean(name, known);
  const list = `${what} are: ${known.length === 0 ? "none" : [...known].sort().join(", ")}.`;
  return near === undefined ? list : `did you mean "${near}"? ${list}`;
}
