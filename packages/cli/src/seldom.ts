import { OperatingError } from "@scrim/errors";

const PROBLEM_PAUSE_MS = 10_000;

/** Tells of a problem once in a while, however many requests run into it. */
export function seldom(tell: (problem: string) => void): (problem: unknown) => void {
  const toldAt = new Map<string, number>();
  return (problem) => {
    const text = problemText(problem);
    const now = performance.now();
    if (now - (toldAt.get(text) ?? Number.NEGATIVE_INFINITY) < PROBLEM_PAUSE_MS) return;
    toldAt.set(text, now); // few: texts have nothing of a request in them
    tell(text);
  };
}

/** Of faults of ours their name: a message may hold what was being read. */
function problemText(problem: unknown): string {
  return problem instanceof OperatingError ? problem.line : ((problem as Error)?.name ?? "unknown");
}
