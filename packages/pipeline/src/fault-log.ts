import type { Log } from "./log.ts";

/** Different faults of one place that are logged; more are only counted. */
const FAULTS_MAX = 20;

/**
 * Logs errors that nobody expected, a plug-in's for instance: each kind once. Says which error and where in the
 * code, and not its message, which may quote the data it was about.
 */
export function faultLog(place: string, log: Log): (error: unknown) => void {
  const known = new Set<string>();
  return (error) => {
    const fault = describeFault(error);
    if (known.has(fault) || known.size >= FAULTS_MAX) return;
    known.add(fault);
    log.warn(`${place}: unexpected ${fault}`);
  };
}

function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error} thrown`;
  const frame = error.stack?.split("\n").find((line) => /^ {4}at /.test(line));
  return frame === undefined ? error.name : `${error.name} ${frame.trim()}`;
}
