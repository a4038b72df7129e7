import { randomBytes } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import {
  compilePredicate,
  createGrantId,
  GRANT_KEY_BYTES,
  GRANTS_MAX,
  type Grant,
  type GrantInput,
  GrantSchema,
} from "@scrim/grants";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { captureOf, invalid, secondsOf, TIME_HINT } from "../grants/capture-scope.ts";
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
import { tracesText } from "../grants/traces-text.ts";

/** Longer than an incident lasts; the control plane, which asks for approval, has bounds of its own. */
const LIFE_MAX = "24h";

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
  const capture = captureOf(input, "scrim grant create --help");
  const lifeS = Math.floor(secondsOf("for", optionText(input, "for") ?? "", LIFE_MAX));
  if (lifeS < 1) throw invalid("for", "a grant holds for a second at least", TIME_HINT);
  return checkedGrant({
    id: createGrantId(),
    kind: "capture",
    ...capture,
    not_before: nowS,
    expires_at: nowS + lifeS,
  });
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
