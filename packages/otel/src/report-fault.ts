import { diag } from "@opentelemetry/api";

/** A fault that comes with every record must not fill the log. */
const INTERVAL_MS = 60_000;

let lastReport = Number.NEGATIVE_INFINITY;
let unreported = 0;

/** Tells the SDK's own log, at most once a minute, and without anything of the error but its type: it may quote data. */
export function reportFault(what: string, error: unknown): void {
  const now = performance.now();
  if (now - lastReport < INTERVAL_MS) {
    unreported++;
    return;
  }
  const type = error instanceof Error ? error.name : typeof error;
  diag.error(
    `scrim: ${what} (${type})${unreported > 0 ? `, and ${unreported} more since the last report` : ""}`,
  );
  lastReport = now;
  unreported = 0;
}
