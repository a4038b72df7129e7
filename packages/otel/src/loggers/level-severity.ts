/** `severityNumber` by the levels of pino and bunyan, which count in tens. */
const BY_LEVEL: Readonly<Record<number, number>> = { 10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21 };

/** What the instrumentations give to levels in between: eighteen severities that none of the six has, spread over 10 to 70. */
const IN_BETWEEN = [2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23, 24];

/** The `severityNumber` that OpenTelemetry gets with a level of pino or bunyan. */
export function severityOfLevel(level: number): number {
  const at = Math.floor(((level - 10) / 60) * IN_BETWEEN.length);
  return BY_LEVEL[level] ?? IN_BETWEEN[Math.max(0, Math.min(IN_BETWEEN.length - 1, at))]!;
}
