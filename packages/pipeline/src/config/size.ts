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

/** A configuration key that holds a number of bytes: a plain number as in the Collector, or one with a unit. */
export function size({ min, max }: { readonly min: string; readonly max: string }) {
  const [minBytes, maxBytes] = [parseSize(min)!, parseSize(max)!];
  return z.union([z.int(), z.string()]).transform((value, context) => {
    const bytes = typeof value === "number" ? value : parseSize(value);
    if (bytes !== undefined && minBytes <= bytes && bytes <= maxBytes) return bytes;
    const message = bytes === undefined ? "expected a size" : `expected a size from ${min} to ${max}`;
    context.addIssue({ code: "custom", message, params: { hint: 'write it like "64MiB" or 67108864' } });
    return z.NEVER;
  });
}
