import type { Grant } from "@scrim/grants";
import { counted } from "../counted.ts";
import { durationText } from "./time-text.ts";

/** Which traces a grant takes: `the next 5 traces of the predicate`. */
export function tracesText({
  selector,
  traces_max,
  lookback_s,
}: Pick<Grant, "selector" | "traces_max" | "lookback_s">): string {
  if ("trace_ids" in selector) return counted(selector.trace_ids.length, "trace");
  if ("where" in selector) return `the next ${counted(traces_max ?? 0, "trace")} of the predicate`;
  const { traces_per_min: rate } = selector.on_error;
  return `${counted(rate, "trace")} with an error a minute in each process, ${durationText(lookback_s)} back`;
}
