import type { ServiceView } from "@scrim/access/client";
import type * as z from "zod";
import { durationText } from "../grants/time-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";
import { relativeTime } from "./relative-time.ts";
import { scopeInBrief } from "./scope-text.ts";
import { type Column, textTable } from "./text-table.ts";
import {
  type AccessGrant,
  type AccessRequest,
  audiencesInBrief,
  reviewText,
  stateText,
  whoText,
} from "./views-text.ts";

/* Lists as tables that fit a width. */

const REQUEST_COLUMNS: readonly Column[] = [
  { name: "REQUEST" },
  { name: "STATE" },
  { name: "WHO", min: 5 },
  { name: "WHAT", min: 12 },
  { name: "TIME", isOptional: true },
  { name: "FOR", min: 10 },
  { name: "ASKED", isOptional: true },
  { name: "END" },
];

const GRANT_COLUMNS: readonly Column[] = [
  { name: "GRANT" },
  { name: "STATE" },
  { name: "WHO", min: 5 },
  { name: "WHAT", min: 12 },
  { name: "FOR", min: 10 },
  { name: "USED", isOptional: true },
  { name: "END" },
  { name: "REVIEW" },
];

const SERVICE_COLUMNS: readonly Column[] = [
  { name: "SERVICE", min: 12 },
  { name: "ENVIRONMENT", min: 12 },
  { name: "OWNERS", min: 6 },
  { name: "KEYS", min: 16 },
];

export function requestTable(requests: readonly AccessRequest[], nowS: number, width: number): string {
  return textTable(
    REQUEST_COLUMNS,
    requests.map((each) => requestCells(each, nowS)),
    width,
  );
}

export function grantTable(grants: readonly AccessGrant[], nowS: number, width: number): string {
  return textTable(
    GRANT_COLUMNS,
    grants.map((each) => grantCells(each, nowS)),
    width,
  );
}

export function serviceTable(services: readonly z.output<typeof ServiceView>[], width: number): string {
  const rows = services.map(({ service, environment, owners, keys }) => [
    escapeUnsafe(service),
    escapeUnsafe(environment),
    owners.length === 0 ? "no team" : escapeUnsafe(owners.join(", ")),
    keys.map(({ id }) => escapeUnsafe(id)).join(", "),
  ]);
  return textTable(SERVICE_COLUMNS, rows, width);
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
