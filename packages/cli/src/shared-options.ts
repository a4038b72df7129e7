import type { Signal } from "@scrim/wire";
import type { OptionDefinition } from "./command.ts";

/* Options that several commands have. */

export const POLICY_OPTION: OptionDefinition = {
  value: "FILE",
  meaning:
    "Policy file; several are layers, of which the most restrictive wins. Without one, the default policy.",
  short: "p",
  multiple: true,
};

const IS_SIGNAL: Readonly<Record<Signal, true>> = { logs: true, traces: true, metrics: true, profiles: true };

/** As in `@scrim/wire`, which help does without: the compiler sees that none is missing. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(IS_SIGNAL);

/** Where the store of grants is unless told. */
export const STORE_FILE = "scrim-grants.json";

export const STORE_OPTION: OptionDefinition = {
  value: "FILE",
  meaning: "The store of grants, a file of mode 0600.",
  default: STORE_FILE,
};

/** The log's public key, which says which log it is. */
export const LOG_KEY_OPTION: OptionDefinition = {
  value: "FILE",
  meaning: "The log's public key, of scrim audit keygen log.",
  required: true,
};

export const WITNESS_OPTIONS = {
  witness: {
    value: "FILE",
    meaning: "A witness's public key: its cosignature counts.",
    multiple: true,
  },
  witnesses: { value: "K", meaning: "How many of these witnesses are needed. Without it, all." },
} as const satisfies Readonly<Record<string, OptionDefinition>>;
