import { OperatingError } from "@scrim/errors";

/** RFC 3339, with its zone: 14:00 somewhere else is another time. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Seconds since 1970.
 *
 * @throws {OperatingError} `INPUT_INVALID`
 */
export function parsedTime(option: string, text: string): number {
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (ms >= 0) return Math.floor(ms / 1_000);
  throw new OperatingError("INPUT_INVALID", "expected a time with its zone", {
    path: `--${option}`,
    hint: "write it like 2027-01-15T08:00:00Z or 2027-01-15T09:00:00+01:00",
  });
}
