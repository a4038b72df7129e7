import type { CommandDefinition } from "../command.ts";
import { STORE_OPTION } from "../shared-options.ts";

export const LEVELS = ["trace", "debug", "info"] as const;

export const grantCreateCommand: CommandDefinition = {
  name: "grant create",
  summary:
    "Grants that traces are captured in full: some by their ids, the next ones that a predicate is true of, or those with an error.",
  details: [
    "--where is a CEL expression over the attributes that a service's own root span begins with, such as url.path; which these are, says docs/reference/start-attributes.md.",
    "--on-error is for flight recorders: a record of ERROR or worse, or a span that ends with an error, releases what is held of its trace (30s back unless told), and what comes later is captured. --where is then asked of the attributes of that record or span.",
    "In it, url.path.re2('^/orders/[0-9]+$') matches an RE2 expression.",
    "--service and --environment name enrolled services, * for any letters: the grant is for those that match now, not for services enrolled later.",
    "What is captured is redacted like everything else.",
  ].join("\n"),
  options: {
    trace: { value: "ID", meaning: "A trace id, 32 hexadecimal digits.", multiple: true },
    where: { value: "CEL", meaning: "A predicate. Needs --traces or --on-error." },
    traces: { value: "N", meaning: "How many traces a predicate takes, over all processes." },
    "on-error": { meaning: "Traces with an error. Needs --traces-per-min." },
    "traces-per-min": {
      value: "N",
      meaning: "How many traces with an error, in each process: so many at once, and so many more a minute.",
    },
    for: { value: "TIME", meaning: "How long it holds: 15m, 1h30m.", required: true },
    level: {
      value: "LEVEL",
      meaning: "The least severe records that are captured.",
      choices: LEVELS,
      default: "debug",
    },
    service: { value: "NAME", meaning: "Services it is for.", multiple: true, required: true },
    environment: {
      value: "NAME",
      meaning: "Environments it is for. Needed where the services are in more than one.",
      multiple: true,
    },
    reason: { value: "TEXT", meaning: "Why. It is kept, and listed.", required: true },
    "records-per-s": { value: "N", meaning: "Captured records a second, in each process (200)." },
    "bytes-max": { value: "SIZE", meaning: "Bytes of captured records, in each process (64MiB)." },
    lookback: {
      value: "TIME",
      meaning:
        "How far back records are released that a flight recorder holds (0s; 30s with --on-error), 5m at most.",
    },
    store: STORE_OPTION,
  },
  examples: [
    "scrim grant create --trace 0af7651916cd43dd8448eb211c80319c --for 15m --service checkout --reason 'ticket 4711'",
    "scrim grant create --where \"http.request.method == 'POST' && url.path == '/pay'\" --traces 5 --for 15m --service 'checkout*' --reason 'ticket 4711'",
    "scrim grant create --on-error --traces-per-min 5 --lookback 30s --for 8h --service 'checkout*' --reason 'on call'",
  ],
  load: () => import("../run/grant-create.ts"),
};
