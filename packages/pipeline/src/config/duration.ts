import { z } from "zod";

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** A Go duration (`30s`, `1m30s`, `1.5h`) in milliseconds; undefined if it isn't one. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/y;
  let ms = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    ms += Number(match[1]) * UNITS_MS[match[2]!]!;
  }
  return text === "" ? undefined : ms;
}

/**
 * A configuration key that holds a duration, written as in the Collector and given to the component in
 * milliseconds. A default is written the same way: `duration({ min: "1s", max: "1h" }).prefault("30s")`.
 */
export function duration({ min, max }: { readonly min: string; readonly max: string }) {
  const [minMs, maxMs] = [parseDuration(min)!, parseDuration(max)!];
  return z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && minMs <= ms && ms <= maxMs) return ms;
    const message = ms === undefined ? "expected a duration" : `expected a duration from ${min} to ${max}`;
    context.addIssue({ code: "custom", message, params: { hint: 'write it like "30s" or "1m30s"' } });
    return z.NEVER;
  });
}
