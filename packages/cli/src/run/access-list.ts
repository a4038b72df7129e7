import { GrantView, RequestView, ServiceView } from "@scrim/access/client";
import * as z from "zod";
import { type AccessClient, openClient } from "../access/access-client.ts";
import { commandLine } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { relativeTime } from "../access/relative-time.ts";
import { sayFor } from "../access/say.ts";
import { scopeInBrief } from "../access/scope-text.ts";
import { type Column, textTable, widthOf } from "../access/text-table.ts";
import {
  type AccessGrant,
  type AccessRequest,
  audiencesInBrief,
  reviewText,
  stateText,
  whoText,
} from "../access/views-text.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { durationText, nowSeconds } from "../grants/time-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

const PAGE = "200";

/** Pages that one listing asks for: of a million requests the first ones are shown, and it says so. */
const PAGES_MAX = 500;

const REQUEST_COLUMNS: readonly Column[] = [
  { name: "REQUEST" },
  { name: "STATE" },
  { name: "WHO", min: 5 },
  { name: "WHAT", min: 12 },
  { name: "TIME" },
  { name: "FOR", min: 12 },
  { name: "ASKED" },
  { name: "ENDS" },
];

const GRANT_COLUMNS: readonly Column[] = [
  { name: "GRANT" },
  { name: "STATE" },
  { name: "WHO", min: 5 },
  { name: "WHAT", min: 12 },
  { name: "FOR", min: 12 },
  { name: "USED" },
  { name: "ENDS" },
  { name: "REVIEW" },
];

const SERVICE_COLUMNS: readonly Column[] = [
  { name: "SERVICE", min: 12 },
  { name: "ENVIRONMENT", min: 12 },
  { name: "OWNERS", min: 6 },
  { name: "KEYS", min: 16 },
];

export async function listRequests(input: CommandInput, streams: CommandStreams): Promise<number> {
  const { values, documents } = await allOf(input, streams, "requests", RequestView);
  const nowS = nowSeconds();
  show(
    input,
    streams,
    "no requests",
    REQUEST_COLUMNS,
    values.map((each) => requestCells(each, nowS)),
    documents,
  );
  const pending = values.findLast(({ state }) => state === "pending") ?? values.at(-1);
  if (pending !== undefined)
    sayFor("access list", streams).hint(`all of one: ${commandLine(input, `access show ${pending.id}`)}`);
  return 0;
}

export async function listGrants(input: CommandInput, streams: CommandStreams): Promise<number> {
  const { values, documents } = await allOf(input, streams, "grants", GrantView);
  const order = values.map((_, at) => at).toSorted((a, b) => values[a]!.not_before - values[b]!.not_before);
  const nowS = nowSeconds();
  const sorted = order.map((at) => values[at]!);
  show(
    input,
    streams,
    "no grants",
    GRANT_COLUMNS,
    sorted.map((each) => grantCells(each, nowS)),
    order.map((at) => documents[at]),
  );
  const last = sorted.findLast(({ state }) => state === "active") ?? sorted.at(-1);
  if (last !== undefined)
    sayFor("access grants", streams).hint(`all of one: ${commandLine(input, `access show ${last.id}`)}`);
  return 0;
}

export async function listServices(input: CommandInput, streams: CommandStreams): Promise<number> {
  const { values, documents } = await allOf(input, streams, "services", ServiceView);
  const rows = values.map(({ service, environment, owners, keys }) => [
    escapeUnsafe(service),
    escapeUnsafe(environment),
    owners.length === 0 ? "no team" : escapeUnsafe(owners.join(", ")),
    keys.map(({ id }) => escapeUnsafe(id)).join(", "),
  ]);
  show(input, streams, "no services", SERVICE_COLUMNS, rows, documents);
  if (values.length === 0)
    sayFor("access services", streams).hint(
      `enrol one: ${commandLine(input, "access enrol --service NAME --environment NAME --public-key FILE")}`,
    );
  return 0;
}

/** All pages of a listing. */
async function allOf<S extends z.ZodType>(
  input: CommandInput,
  streams: CommandStreams,
  what: "requests" | "grants" | "services",
  schema: S,
): Promise<{ readonly values: readonly z.output<S>[]; readonly documents: readonly unknown[] }> {
  const client: AccessClient = openClient(input);
  const state = optionText(input, "state");
  const page = z.object({ [what]: z.array(schema), next: z.string().optional() });
  const values: z.output<S>[] = [];
  const documents: unknown[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const query = {
      limit: PAGE,
      ...(state !== undefined && { state }),
      ...(after !== undefined && { after }),
    };
    const { value, document } = await client.ask({ method: "GET", path: `/v1/${what}`, query }, page);
    values.push(...(value[what] as z.output<S>[]));
    documents.push(...(document as Record<string, unknown[]>)[what]!);
    after = value.next as string | undefined;
    if (after === undefined) return { values, documents };
  }
  sayFor("access list", streams).warning("there are more than are shown");
  return { values, documents };
}

function show(
  input: CommandInput,
  { stdout }: CommandStreams,
  none: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  documents: readonly unknown[],
): void {
  if (input.options.json === true) stdout.write(documents.map(jsonLine).join(""));
  else stdout.write(rows.length === 0 ? `${none}\n` : textTable(columns, rows, widthOf(stdout)));
}

function requestCells(request: AccessRequest, nowS: number): readonly string[] {
  const { id, state, break_glass, asked_by, scope, audiences, duration_s } = request;
  const { created_at, times_out_at, ended_at = created_at } = request;
  return [
    id,
    break_glass ? "taken" : stateText(state),
    whoText(asked_by),
    scopeInBrief(scope),
    durationText(duration_s),
    audiencesInBrief(audiences),
    relativeTime(created_at, nowS),
    relativeTime(state === "pending" ? times_out_at : ended_at, nowS),
  ];
}

function grantCells(grant: AccessGrant, nowS: number): readonly string[] {
  const { id, state, holder, scope, audiences, expires_at, ended_at, traces } = grant;
  return [
    id,
    state,
    whoText(holder),
    scopeInBrief(scope),
    audiencesInBrief(audiences),
    usedText(grant, traces?.used ?? 0),
    relativeTime(ended_at ?? expires_at, nowS),
    reviewText(grant, nowS) ?? "",
  ];
}

function usedText({ scope }: AccessGrant, used: number): string {
  if (scope.capability !== "capture" || scope.traces_max === undefined) return "";
  return `${used} of ${scope.traces_max}`;
}
