import { countFor, type GrantView, type RequestView } from "@scrim/access/client";
import type * as z from "zod";
import { counted } from "../counted.ts";
import { durationText, isoOf } from "../grants/time-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";
import { type Field, pageOf } from "./page.ts";
import { relativeTime } from "./relative-time.ts";
import { scopeLines, scopeNotes } from "./scope-text.ts";

export type AccessRequest = z.output<typeof RequestView>;
export type AccessGrant = z.output<typeof GrantView>;
type AskedBy = AccessRequest["asked_by"];

/** `timed out` */
export function stateText(state: AccessRequest["state"] | AccessGrant["state"]): string {
  return state.replace("_", " ");
}

/** `alice`, or `deploy-bot for alice`. */
export function whoText({ principal, acting_for }: AskedBy): string {
  return escapeUnsafe(acting_for === undefined ? principal : `${principal} for ${acting_for}`);
}

/** `checkout/production and 2 more` */
export function audiencesInBrief(audiences: AccessRequest["audiences"]): string {
  const [first, ...more] = audiences.map(({ service, environment }) => `${service}/${environment}`);
  const rest = more.length === 0 ? "" : ` and ${more.length} more`;
  return escapeUnsafe(`${first ?? "nothing"}${rest}`);
}

/** How far each threshold is: `1 of 2 approvals`. */
export function needsOf({ thresholds, decisions }: AccessRequest): readonly {
  readonly missing: number;
  readonly text: string;
}[] {
  return thresholds.map(({ approve, deny, filter }, at) => {
    const approved = countFor(decisions, at, "approve");
    const who = filter === undefined ? "" : ` where ${escapeUnsafe(filter)}`;
    const denials = deny > 1 ? `; ${deny} denials end it` : "";
    return {
      missing: Math.max(0, approve - approved),
      text: `${approved} of ${approve} approvals${who}${denials}`,
    };
  });
}

export function requestPage(request: AccessRequest, nowS: number): string {
  const { id, asked_by, reason, ticket, scope, decisions, owners, rules } = request;
  return pageOf([
    ["request", [id]],
    ["state", [requestState(request, nowS)]],
    ["asked by", whoLines(asked_by)],
    ["reason", [escapeUnsafe(reason)]],
    ...optional("ticket", ticket),
    ...scopeLines(scope),
    ...scopeNotes(scope).map(({ kind, message }): Field => [kind, [message]]),
    ["for", audienceLines(request)],
    ["how long", [lengthText(request)]],
    ...optional("prolongs", request.extends && `grant ${request.extends}`),
    ["owners", [owners.length === 0 ? "no team" : escapeUnsafe(owners.join(", "))]],
    ...(request.break_glass
      ? []
      : [
          ["rules", [escapeUnsafe(rules.join(", "))]] as const,
          ["needs", needsOf(request).map(({ text }) => text)] as const,
        ]),
    ["decisions", decisions.length === 0 ? ["none"] : decisions.map((each) => decisionText(each, nowS))],
    ...optional("grant", request.grant),
  ]);
}

export function grantPage(grant: AccessGrant, nowS: number): string {
  const { id, request, holder, scope, traces, owners } = grant;
  return pageOf([
    ["grant", [id]],
    ["state", [grantState(grant, nowS)]],
    ["holder", whoLines(holder)],
    ...scopeLines(scope),
    ["for", audienceLines(grant)],
    ["holds", [`from ${isoOf(grant.not_before)} until ${isoOf(grant.expires_at)}`]],
    ...optional("used", traces && `${counted(traces.used, "trace")} captured, ${traces.leased} leased`),
    ...optional("review", reviewText(grant, nowS)),
    ["owners", [owners.length === 0 ? "no team" : escapeUnsafe(owners.join(", "))]],
    ["request", [request]],
  ]);
}

function requestState(request: AccessRequest, nowS: number): string {
  const { state, created_at, times_out_at, ended_at = created_at } = request;
  if (state === "pending")
    return `pending, asked ${relativeTime(created_at, nowS)}, times out ${relativeTime(times_out_at, nowS)} (${isoOf(times_out_at)})`;
  const how = request.break_glass ? "taken at once" : stateText(state);
  return `${how} ${relativeTime(ended_at, nowS)} (${isoOf(ended_at)})`;
}

function grantState({ state, not_before, expires_at, ended_at }: AccessGrant, nowS: number): string {
  if (state === "scheduled") return `scheduled, begins ${relativeTime(not_before, nowS)}`;
  if (state === "active") return `active, ends ${relativeTime(expires_at, nowS)}`;
  return `${state} ${relativeTime(ended_at ?? expires_at, nowS)}`;
}

/** What became of a review: `due in 23h`. */
export function reviewText({ review }: AccessGrant, nowS: number): string | undefined {
  switch (review?.state) {
    case undefined:
      return undefined;
    case "reviewed":
      return `by ${escapeUnsafe(review.reviewer ?? "")}`;
    case "due":
      return `due ${relativeTime(review.due_at, nowS)}`;
    case "escalated":
      return `late, due ${relativeTime(review.due_at, nowS)}`;
  }
}

function lengthText({ duration_s, asked_duration_s, starts_at, break_glass }: AccessRequest): string {
  const asked = asked_duration_s === duration_s ? "" : `, ${durationText(asked_duration_s)} were asked for`;
  const from =
    starts_at === undefined ? (break_glass ? "" : " from its approval") : ` from ${isoOf(starts_at)}`;
  return `${durationText(duration_s)}${from}${asked}`;
}

/** `approved by bob 3m ago: go ahead` */
export function decisionText(
  { verdict, reviewer, comment, at }: Omit<AccessRequest["decisions"][number], "counts_for">,
  nowS: number,
): string {
  const what = verdict === "approve" ? "approved" : "denied";
  const said = comment === undefined ? "" : `: ${escapeUnsafe(comment)}`;
  return `${what} by ${escapeUnsafe(reviewer)} ${relativeTime(at, nowS)}${said}`;
}

/** Nobody behind it decides on it, so they are all named. */
export function whoLines(asked: AskedBy): readonly string[] {
  const others = asked.people.filter((person) => person !== asked.principal);
  return [
    whoText(asked),
    ...(others.length === 0 ? [] : [`people behind it: ${escapeUnsafe(asked.people.join(", "))}`]),
  ];
}

function audienceLines({ audiences, scope }: Pick<AccessRequest, "audiences" | "scope">): readonly string[] {
  const patterns = [...scope.services, ...scope.environments].filter((name) => name.includes("*"));
  const asked = patterns.length === 0 ? [] : [`asked as ${escapeUnsafe(patterns.join(", "))}`];
  return [
    ...audiences.map(({ service, environment }) => escapeUnsafe(`${service} in ${environment}`)),
    ...asked,
  ];
}

function optional(label: string, text: string | undefined): Field[] {
  return text === undefined ? [] : [[label, [text]]];
}
