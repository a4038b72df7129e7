/** The name in `known` that `name` is most likely a slip of; undefined if none is near. */
function closest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  // A third of the letters may be wrong: enough for slips, too few for another word.
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** `did you mean "hold"? Keys here are: floor, hold, traces_max.` */
export function suggest(name: string, known: readonly string[], what: string): string {
  const near = closest(name, known);
  const list = `${what} are: ${known.length === 0 ? "none" : [...known].sort().join(", ")}.`;
  return near === undefined ? list : `did you mean "${near}"? ${list}`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
