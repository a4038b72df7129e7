import { z } from "zod";

const UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** `64MiB` or `1024` in bytes; undefined if it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15}) ?(B|KiB|MiB|GiB)?$/.exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS_BYTES[match[2] ?? "B"]!;
}

/** What a number without a unit must have to be taken for bytes, where the Collector's is a count. */
const PLAIN_BYTES_MIN = 64 * 1024;

interface SizeOptions {
  readonly min: string;
  readonly max: string;
  /** Whether the Collector has something else under this key. */
  readonly isCountElsewhere?: boolean;
}

/** A configuration key that holds a number of bytes: a plain number as in the Collector, or one with a unit. */
export function size({ min, max, isCountElsewhere = false }: SizeOptions) {
  const [minBytes, maxBytes] = [parseSize(min)!, parseSize(max)!];
  return z.union([z.int(), z.string()]).transform((value, context) => {
    if (isCountElsewhere && typeof value === "number" && value > 0 && value < PLAIN_BYTES_MIN) {
      const hint = `here it is bytes, where the Collector counts items or requests: "64MiB", or "${value}B" if that is meant`;
      context.addIssue({ code: "custom", message: "expected a size with its unit", params: { hint } });
      return z.NEVER;
    }
    const bytes = typeof value === "number" ? value : parseSize(value);
    if (bytes !== undefined && minBytes <= bytes && bytes <= maxBytes) return bytes;
    const message = bytes === undefined ? "expected a size" : `expected a size from ${min} to ${max}`;
    context.addIssue({ code: "custom", message, params: { hint: 'write it like "64MiB" or 67108864' } });
    return z.NEVER;
  });
}
