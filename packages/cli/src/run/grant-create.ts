import { randomBytes } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import {
  compilePredicate,
  createGrantId,
  FLIGHT_RECORDER_LIMITS,
  GRANT_KEY_BYTES,
  GRANTS_MAX,
  type Grant,
  type GrantInput,
  GrantSchema,
} from "@scrim/grants";
import { duration, size } from "@scrim/pipeline";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { LEVELS } from "../commands/grant-create.ts";
import { counted } from "../counted.ts";
import {
  changeStore,
  type GrantStore,
  grantsFor,
  ReasonSchema,
  type ServiceName,
} from "../grants/grant-store.ts";
import { matchingServices } from "../grants/matching-services.ts";
import { predicateNotes } from "../grants/predicate-notes.ts";
import { checkedOption, storeOf } from "../grants/store-option.ts";
import { durationText, isoOf, nowSeconds } from "../grants/time-text.ts";

/** Longer than an incident lasts; the control plane, which asks for approval, has bounds of its own. */
const LIFE_MAX = "24h";
const LIFE_HINT = "write it like 15m or 1h30m";
const BYTES_MAX = "1024GiB";

/** What flight recorders hold unless they are told otherwise. */
const ERROR_LOOKBACK_S = FLIGHT_RECORDER_LIMITS.seconds;

export async function run(input: CommandInput, { stdout, stderr }: CommandStreams): Promise<number> {
  const grant = grantOf(input, nowSeconds());
  const reason = checkedOption(ReasonSchema, "reason", optionText(input, "reason"), "500 characters at most");
  let audiences: readonly ServiceName[] = [];
  await changeStore(storeOf(input), grant.not_before, (store) => {
    audiences = matchingServices(store, optionList(input, "service"), optionList(input, "environment"));
    for (const name of audiences) checkRoom(store, name, grant.not_before);
    const stored = {
      grant,
      key: randomBytes(GRANT_KEY_BYTES).toString("base64url"),
      audiences: [...audiences],
      reason,
      created_at: grant.not_before,
    };
    return { ...store, grants: [...store.grants, stored] };
  });
  for (const { kind, message, hint } of notesOf(grant)) {
    stderr.write(`grant create: ${kind}: ${message}\n`);
    if (hint !== undefined) stderr.write(`grant create: hint: ${hint}\n`);
  }
  stdout.write(`${describe(grant)}\n`);
  const names = audiences.map(({ service, environment }) => `${service} in ${environment}`).join(", ");
  stdout.write(`for ${names}; a server on this store hands it out within a second\n`);
  return 0;
}

/** @throws {OperatingError} `INPUT_INVALID`, `PREDICATE_INVALID` */
function grantOf(input: CommandInput, nowS: number): Grant {
  const optional = <T>(name: string, read: (text: string) => T): T | undefined => {
    const text = optionText(input, name);
    return text === undefined ? undefined : read(text);
  };
  const seconds = (name: string, max: string) => (text: string) =>
    checkedOption(duration({ min: "0s", max }), name, text, LIFE_HINT) / 1000;
  const recordsPerS = optional("records-per-s", (text) => numberOf("records-per-s", text));
  const bytesMax = optional("bytes-max", (text) =>
    checkedOption(size({ min: "1B", max: BYTES_MAX }), "bytes-max", text, "write it like 64MiB"),
  );
  const isForErrors = input.options["on-error"] === true;
  const lookback =
    optional("lookback", seconds("lookback", "5m")) ?? (isForErrors ? ERROR_LOOKBACK_S : undefined);
  const lifeS = Math.floor(seconds("for", LIFE_MAX)(optionText(input, "for") ?? ""));
  if (lifeS < 1) throw invalid("for", "a grant holds for a second at least", LIFE_HINT);
  const written: GrantInput = {
    id: createGrantId(),
    kind: "capture",
    ...selectorOf(input),
    level: LEVELS.find((level) => level === optionText(input, "level")) ?? "debug",
    ...(recordsPerS !== undefined && { records_per_s: recordsPerS }),
    ...(bytesMax !== undefined && { bytes_max: bytesMax }),
    ...(lookback !== undefined && { lookback_s: Math.ceil(lookback) }),
    not_before: nowS,
    expires_at: nowS + lifeS,
  };
  return checkedGrant(written);
}

/** Where an option's value ends up in the grant. */
const OPTION_OF: Readonly<Record<string, string>> = {
  "selector.trace_ids": "trace",
  "selector.where": "where",
  "selector.on_error": "traces-per-min",
  selector: "traces-per-min", // the one number in it
  traces_max: "traces",
  records_per_s: "records-per-s",
  bytes_max: "bytes-max",
  lookback_s: "lookback",
};

/** The grant's own bounds, told of the option that breaks them. */
function checkedGrant(written: GrantInput): Grant {
  const result = GrantSchema.safeParse(written);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue!.path.join(".");
  const option = Object.entries(OPTION_OF).find(([key]) => path === key || path.startsWith(`${key}.`))?.[1];
  throw invalid(option ?? "where", issue!.message, "scrim grant create --help");
}

function selectorOf(input: CommandInput): Pick<GrantInput, "selector" | "traces_max"> {
  const traceIds = optionList(input, "trace");
  const where = optionText(input, "where");
  const traces = optionText(input, "traces");
  if (input.options["on-error"] === true) return errorSelectorOf(input);
  if (optionText(input, "traces-per-min") !== undefined)
    throw invalid("traces-per-min", "goes with --on-error", "traces of a predicate are counted: --traces 5");
  if (where === undefined) {
    if (traceIds.length === 0) {
      throw new OperatingError("INPUT_INVALID", "one of --trace ID, --where CEL and --on-error is required", {
        hint: "scrim grant create --help",
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

function traceIdOf(text: string): string {
  const id = text.toLowerCase();
  if (/^(?!0{32})[0-9a-f]{32}$/.test(id)) return id;
  throw invalid(
    "trace",
    "a trace id has 32 hexadecimal digits",
    "it stands in traceparent between the first two dashes",
  );
}

function numberOf(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalid(option, "expected a number, 1 or more", `write it like --${option} 5`);
}

function checkRoom(store: GrantStore, name: ServiceName, nowS: number): void {
  if (grantsFor(store, name, nowS).length < GRANTS_MAX) return;
  throw new OperatingError("INPUT_INVALID", `a service has at most ${GRANTS_MAX} grants at once`, {
    path: "--service",
    hint: "revoke some: scrim grant list",
  });
}

function notesOf({ selector }: Grant): ReturnType<typeof predicateNotes> {
  return "where" in selector ? predicateNotes(compilePredicate(selector.where)) : [];
}

function describe(grant: Grant): string {
  const { id, level, not_before, expires_at } = grant;
  const life = durationText(expires_at - not_before);
  return `grant ${id}: ${level} of ${tracesText(grant)}, until ${isoOf(expires_at)} (${life})`;
}

function tracesText({ selector, traces_max, lookback_s }: Grant): string {
  if ("trace_ids" in selector) return counted(selector.trace_ids.length, "trace");
  if ("where" in selector) return `the next ${counted(traces_max ?? 0, "trace")} of the predicate`;
  const { traces_per_min: rate } = selector.on_error;
  return `${counted(rate, "trace")} with an error a minute in each process, ${durationText(lookback_s)} back`;
}

function invalid(option: string, message: string, hint: string): OperatingError {
  return new OperatingError("INPUT_INVALID", message, { path: `--${option}`, hint });
}
