import type { OptionDefinition } from "../command.ts";

/* What a capture takes, as options. */

export const LEVELS = ["trace", "debug", "info"] as const;

export const SELECTOR_OPTIONS = {
  trace: { value: "ID", meaning: "A trace id, 32 hexadecimal digits.", multiple: true },
  where: { value: "CEL", meaning: "A predicate. Needs --traces or --on-error." },
  traces: { value: "N", meaning: "How many traces a predicate takes, over all processes." },
  "on-error": { meaning: "Traces with an error. Needs --traces-per-min." },
  "traces-per-min": {
    value: "N",
    meaning: "How many traces with an error, in each process: so many at once, and so many more a minute.",
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

export const LEVEL_OPTION: OptionDefinition = {
  value: "LEVEL",
  meaning: "The least severe records that are captured.",
  choices: LEVELS,
  default: "debug",
};

export const LIMIT_OPTIONS = {
  "records-per-s": { value: "N", meaning: "Captured records a second, in each process (200)." },
  "bytes-max": { value: "SIZE", meaning: "Bytes of captured records, in each process (64MiB)." },
  lookback: {
    value: "TIME",
    meaning:
      "How far back records are released that a flight recorder holds (0s; 30s with --on-error), 5m at most.",
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

/** For help: what the options above mean. */
export const CAPTURE_DETAILS: readonly string[] = [
  "--where is a CEL expression over the attributes that a service's own root span begins with, such as url.path; which these are, says docs/reference/start-attributes.md.",
  "--on-error is for flight recorders: a record of ERROR or worse, or a span that ends with an error, releases what is held of its trace (30s back unless told), and what comes later is captured. --where is then asked of the attributes of that record or span.",
  "In it, url.path.re2('^/orders/[0-9]+$') matches an RE2 expression.",
];
