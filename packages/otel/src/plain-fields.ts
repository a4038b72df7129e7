import type { HrTime } from "./sdk-types.ts";

/**
 * Fields that are numbers to OTLP hold whatever an application without types put there, and JSON exporters write
 * that. A text there is none that redaction would see.
 */
export function numberOr<Otherwise>(value: unknown, otherwise: Otherwise): number | Otherwise {
  return typeof value === "number" ? value : otherwise;
}

/** A copy of a time. */
export function timeOf(time: Readonly<HrTime>): HrTime {
  return [numberOr(time[0], 0), numberOr(time[1], 0)];
}
