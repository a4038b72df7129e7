/** Traces that a grant names in the benchmark of a service. */
export const APPROVED_TRACES = 10_000;

export const approvedTraceId = (n: number): string => (n + 1).toString(16).padStart(32, "0");

export const otherTraceId = (n: number): string => `f${approvedTraceId(n).slice(1)}`;
