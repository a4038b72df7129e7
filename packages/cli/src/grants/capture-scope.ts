import { OperatingError } from "@scrim/errors";
import { compilePredicate, FLIGHT_RECORDER_LIMITS, type GrantInput } from "@scrim/grants";
import { duration, size } from "@scrim/pipeline";
import { type CommandInput, optionList, optionText } from "../command.ts";
import { LEVELS } from "../commands/capture-options.ts";
import { checkedOption } from "./store-option.ts";

const BYTES_MAX = "1024GiB";
const LOOKBACK_MAX = "5m";
export const TIME_HINT = "write it like 15m or 1h30m";

/** What flight recorders hold unless they are told otherwise. */
const ERROR_LOOKBACK_S = FLIGHT_RECORDER_LIMITS.seconds;

/** What is to be captured of which traces. */
type CaptureInput = Pick<
  GrantInput,
  "selector" | "traces_max" | "level" | "records_per_s" | "bytes_max" | "lookback_s"
>;

/**
 * What options ask to capture.
 *
 * @param help the command that tells of the options
 * @throws {OperatingError} `INPUT_INVALID`, `PREDICATE_INVALID`
 */
export function captureOf(input: CommandInput, help: string): CaptureInput {
  const recordsPerS = optional(input, "records-per-s", (text) => numberOf("records-per-s", text));
  const bytesMax = optional(input, "bytes-max", (text) =>
    checkedOption(size({ min: "1B", max: BYTES_MAX }), "bytes-max", text, "write it like 64MiB"),
  );
  const isForErrors = input.options["on-error"] === true;
  const lookback =
    optional(input, "lookback", (text) => secondsOf("lookback", text, LOOKBACK_MAX)) ??
    (isForErrors ? ERROR_LOOKBACK_S : undefined);
  return {
    ...selectorOf(input, help),
    level: LEVELS.find((level) => level === optionText(input, "level")) ?? "debug",
    ...(recordsPerS !== undefined && { records_per_s: recordsPerS }),
    ...(bytesMax !== undefined && { bytes_max: bytesMax }),
    ...(lookback !== undefined && { lookback_s: Math.ceil(lookback) }),
  };
}

function optional<T>(input: CommandInput, name: string, read: (text: string) => T): T | undefined {
  const text = optionText(input, name);
  return text === undefined ? undefined : read(text);
}

/** @throws {OperatingError} `INPUT_INVALID` */
export function secondsOf(name: string, text: string, max: string): number {
  return checkedOption(duration({ min: "0s", max }), name, text, TIME_HINT) / 1000;
}

function selectorOf(input: CommandInput, help: string): Pick<GrantInput, "selector" | "traces_max"> {
  const traceIds = optionList(input, "trace");
  const where = optionText(input, "where");
  const traces = optionText(input, "traces");
  if (input.options["on-error"] === true) return errorSelectorOf(input);
  if (optionText(input, "traces-per-min") !== undefined)
    throw invalid("traces-per-min", "goes with --on-error", "traces of a predicate are counted: --traces 5");
  if (where === undefined) {
    if (traceIds.length === 0) {
      throw new OperatingError("INPUT_INVALID", "one of --trace ID, --where CEL and --on-error is required", {
        hint: help,
      });
    }
    if (traces !== undefined)
      throw invalid("traces", "goes with --where", "traces that are named are counted by their ids");
    return { selector: { trace_ids: [...new Set(traceIds.map(traceIdOf))] } };
  }
  if (traceIds.length > 0) throw invalid("where", "goes without --trace", "make two grants");
  if (traces === undefined)
    throw invalid("where", "needs --traces N", "how many traces it may take: --traces 5");
  compilePredicate(where);
  return { selector: { where }, traces_max: numberOf("traces", traces) };
}

function errorSelectorOf(input: CommandInput): Pick<GrantInput, "selector"> {
  const where = optionText(input, "where");
  const rate = optionText(input, "traces-per-min");
  if (optionList(input, "trace").length > 0)
    throw invalid("on-error", "goes without --trace", "make two grants");
  if (optionText(input, "traces") !== undefined)
    throw invalid("traces", "goes without --on-error", "which has a rate: --traces-per-min 5");
  if (rate === undefined)
    throw invalid("on-error", "needs --traces-per-min N", "how many traces may go: --traces-per-min 5");
  if (where !== undefined) compilePredicate(where);
  const traces_per_min = numberOf("traces-per-min", rate);
  return { selector: { on_error: { traces_per_min, ...(where !== undefined && { where }) } } };
}

/** @throws {OperatingError} `INPUT_INVALID` */
export function traceIdOf(text: string): string {
  const id = text.toLowerCase();
  if (/^(?!0{32})[0-9a-f]{32}$/.test(id)) return id;
  throw invalid(
    "trace",
    "a trace id has 32 hexadecimal digits",
    "it stands in traceparent between the first two dashes",
  );
}

/** @throws {OperatingError} `INPUT_INVALID` */
export function numberOf(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalid(option, "expected a number, 1 or more", `write it like --${option} 5`);
}

export function invalid(option: string, message: string, hint: string): OperatingError {
  return new OperatingError("INPUT_INVALID", message, { path: `--${option}`, hint });
}
