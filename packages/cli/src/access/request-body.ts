import { DURATION_MIN_S, GrantView, type ScopeInput } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import { type CommandInput, optionList, optionText } from "../command.ts";
import type { Capability } from "../commands/access-request.ts";
import { captureOf, invalid, numberOf, secondsOf, TIME_HINT, traceIdOf } from "../grants/capture-scope.ts";
import { nowSeconds } from "../grants/time-text.ts";
import type { AccessClient } from "./access-client.ts";
import { parsedTime } from "./parsed-time.ts";

/** The control plane's own bounds are narrower. */
const TIME_MAX = "8760h";

/** What a request asks for: a new scope, or that of the grant that it prolongs. */
export async function requestBody(input: CommandInput, capability: Capability, client: AccessClient) {
  const extended = optionText(input, "extends");
  const startsAt = optionText(input, "starts-at");
  const asked = askedOf(input);
  if (extended === undefined) {
    const scope = scopeOf(input, capability);
    return {
      scope,
      ...asked,
      ...(startsAt !== undefined && { starts_at: parsedTime("starts-at", startsAt) }),
    };
  }
  checkExtends(input, extended);
  const { value } = await client.ask(
    { method: "GET", path: `/v1/grants/${extended}`, subject: extended },
    GrantView,
  );
  if (value.scope.capability !== capability)
    throw invalid(
      "extends",
      `is a grant to ${value.scope.capability}`,
      "which grants there are: scrim access grants",
    );
  return { scope: value.scope, ...asked, extends: extended };
}

/** What access that is taken at once is for. */
export function breakGlassBody(input: CommandInput, capability: Capability) {
  return { scope: scopeOf(input, capability), ...askedOf(input) };
}

function askedOf(input: CommandInput) {
  const ticket = optionText(input, "ticket");
  const text = optionText(input, "for");
  const durationS = text === undefined ? undefined : Math.floor(secondsOf("for", text, TIME_MAX));
  if (durationS !== undefined && durationS < DURATION_MIN_S)
    throw invalid("for", `${DURATION_MIN_S} seconds at least`, TIME_HINT);
  return {
    reason: optionText(input, "reason") ?? "",
    ...(ticket !== undefined && { ticket }),
    ...(durationS !== undefined && { duration_s: durationS }),
  };
}

/** An extension has the scope of its grant: options that say another would be passed over. */
function checkExtends(input: CommandInput, id: string): void {
  if (!/^[0-9a-f]{16}$/.test(id))
    throw invalid(
      "extends",
      "expected the id of a grant, 16 hexadecimal digits",
      "scrim access grants lists them",
    );
  const others = [
    "service",
    "environment",
    "trace",
    "where",
    "traces",
    "on-error",
    "class",
    "values",
    "starts-at",
  ];
  const given = others.find((name) => {
    const value = input.options[name];
    return value !== undefined && (!Array.isArray(value) || value.length > 0);
  });
  if (given !== undefined)
    throw invalid(
      given,
      "goes without --extends",
      "an extension has the scope of its grant, and begins where that ends",
    );
}

function scopeOf(input: CommandInput, capability: Capability): ScopeInput {
  const [services, environments] = ["service", "environment"].map((name) => {
    const names = [...optionList(input, name)];
    if (names.length > 0) return names;
    throw new OperatingError("INPUT_INVALID", `--${name} NAME is required`, {
      hint: "which there are: scrim access services",
    });
  }) as [string[], string[]];
  if (capability === "capture") {
    const help = "scrim access request capture --help";
    return { capability, services, environments, ...captureOf(input, help) };
  }
  return { capability, services, environments, ...revealOf(input) };
}

function revealOf(input: CommandInput) {
  const classes = [...optionList(input, "class")];
  const values = optionText(input, "values");
  const traces = [...new Set(optionList(input, "trace").map(traceIdOf))];
  if (classes.length === 0) throw required("class", "CLASS", "what is to be opened: --class user.email");
  if (values === undefined) throw required("values", "N", "how many values are to be opened: --values 10");
  return {
    classes,
    ...(traces.length > 0 && { trace_ids: traces }),
    ...sealedOf(input, nowSeconds()),
    values_max: numberOf("values", values),
  };
}

/** When the values were sealed. Until now, unless told: what is sealed later was not asked for. */
function sealedOf(input: CommandInput, nowS: number): { sealed_from: number; sealed_until: number } {
  const [since, from, until] = ["sealed-since", "sealed-from", "sealed-until"].map((name) =>
    optionText(input, name),
  );
  if ((since === undefined) === (from === undefined))
    throw new OperatingError(
      "INPUT_INVALID",
      "one of --sealed-since TIME and --sealed-from TIME is required",
      {
        hint: "values of the last hour: --sealed-since 1h",
      },
    );
  const sealed_until = until === undefined ? nowS : parsedTime("sealed-until", until);
  const sealed_from =
    from === undefined
      ? nowS - Math.ceil(secondsOf("sealed-since", since!, TIME_MAX))
      : parsedTime("sealed-from", from);
  if (sealed_from < sealed_until) return { sealed_from, sealed_until };
  throw invalid("sealed-until", "must be after the beginning", "--sealed-from comes before --sealed-until");
}

function required(option: string, value: string, hint: string): OperatingError {
  return new OperatingError("INPUT_INVALID", `--${option} ${value} is required`, { hint });
}
