import type { PolicyProcessView, PolicySummary, PolicyView } from "@scrim/access/client";
import type * as z from "zod";
import { pageOf } from "../access/page.ts";
import { relativeTime } from "../access/relative-time.ts";
import { type Column, textTable } from "../access/text-table.ts";
import { decisionText, whoLines, whoText } from "../access/views-text.ts";
import { counted } from "../counted.ts";
import { isoOf } from "../grants/time-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";
import { differenceLine } from "./difference-line.ts";

/* Policies of the control plane, and the processes that run them, for people to read. */

export type CentralPolicy = z.output<typeof PolicyView>;
export type CentralPolicySummary = z.output<typeof PolicySummary>;
export type ReportingProcess = z.output<typeof PolicyProcessView>;

const POLICY_COLUMNS: readonly Column[] = [
  { name: "POLICY" },
  { name: "STATE" },
  { name: "REV", isOptional: true },
  { name: "WHO", min: 5 },
  { name: "FOR", min: 10 },
  { name: "CHANGES", min: 8 },
  { name: "SINCE" },
];

const PROCESS_COLUMNS: readonly Column[] = [
  { name: "PROCESS", min: 8 },
  { name: "SERVICE", min: 8 },
  { name: "ENVIRONMENT", min: 8, isOptional: true },
  { name: "RUNS" },
  { name: "REFUSED" },
  { name: "SAID" },
];

export function policyTable(policies: readonly CentralPolicySummary[], nowS: number, width: number): string {
  const rows = policies.map((policy) => [
    policy.id,
    policy.state === "staged" ? `staged ${policy.share}%` : policy.state,
    String(policy.revision),
    whoText(policy.proposed_by),
    audienceText(policy),
    changesInBrief(policy),
    relativeTime(policy.changed_at, nowS),
  ]);
  return textTable(POLICY_COLUMNS, rows, width);
}

export function processTable(
  processes: readonly ReportingProcess[],
  policy: CentralPolicySummary,
  nowS: number,
  width: number,
): string {
  const rows = processes.map((process) => [
    escapeUnsafe(process.instance),
    escapeUnsafe(process.service),
    escapeUnsafe(process.environment),
    runsText(process, policy),
    refusedText(process, policy),
    relativeTime(process.seen_at, nowS),
  ]);
  return textTable(PROCESS_COLUMNS, rows, width);
}

export function policyPage(policy: CentralPolicy, nowS: number): string {
  const { id, revision, audience, proposed_by, reason, decisions, replaces, digest } = policy;
  return pageOf([
    ["policy", [`${id}, revision ${revision}`]],
    ["state", [stateLine(policy, nowS)]],
    ["services", [escapeUnsafe(audience.services.join(", "))]],
    ["in", [escapeUnsafe(audience.environments.join(", "))]],
    ["proposed by", whoLines(proposed_by)],
    ["reason", [escapeUnsafe(reason)]],
    ["documents", documentLines(policy)],
    ["digest", [escapeUnsafe(digest)]],
    ["replaces", [replaces ?? "no policy: processes have their local ones"]],
    ["changes", changeLines(policy)],
    ["decisions", decisions.length === 0 ? ["none"] : decisions.map((each) => decisionText(each, nowS))],
  ]);
}

/** What changes: first what lets more leave, then how many there are. */
export function changeLines(policy: CentralPolicy): readonly string[] {
  const { differences, differences_count } = policy;
  const order = ["weaker", "other", "stronger"];
  const sorted = differences.toSorted((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
  const untold = differences_count - differences.length;
  return [
    ...sorted.map(differenceLine),
    ...(untold > 0 ? [`and ${untold} more, which the control plane doesn't keep`] : []),
    `${counted(differences_count, "difference")}; ${policy.weakens ? "it lets more leave, or may" : "nothing more leaves"}`,
  ];
}

/** `pay, pay-worker in production` */
export function audienceText({ audience }: CentralPolicySummary): string {
  return escapeUnsafe(`${audience.services.join(", ")} in ${audience.environments.join(", ")}`);
}

function changesInBrief({ differences_count, weakens }: CentralPolicySummary): string {
  return `${differences_count}, ${weakens ? "weaker" : "no weaker"}`;
}

function stateLine({ state, share, changed_at, created_at }: CentralPolicySummary, nowS: number): string {
  const since = `${relativeTime(changed_at, nowS)} (${isoOf(changed_at)})`;
  if (state === "proposed") return `proposed ${relativeTime(created_at, nowS)} (${isoOf(created_at)})`;
  return state === "staged" ? `staged on ${share}% of the processes ${since}` : `${state} ${since}`;
}

function documentLines({ documents }: CentralPolicy): readonly string[] {
  if (documents.length === 0) return ["none: it ends the central policy"];
  return documents.map(({ name, text }) => `${name}, ${counted(text.trimEnd().split("\n").length, "line")}`);
}

function runsText({ running }: ReportingProcess, { id }: CentralPolicySummary): string {
  if (running === undefined) return "local policy";
  return running.id === id ? "this one" : `revision ${running.revision}`;
}

function refusedText({ refused }: ReportingProcess, { id }: CentralPolicySummary): string {
  if (refused === undefined) return "";
  const what = refused.id === id ? "this one" : refusedOther(refused.revision);
  return `${what}: ${refused.reason}`;
}

function refusedOther(revision: number | undefined): string {
  return revision === undefined ? "what came" : `revision ${revision}`;
}

/** How many run it, and how many have refused what came, by code. */
export function statusLines(
  processes: readonly ReportingProcess[],
  policy: CentralPolicySummary,
): readonly string[] {
  const { id, share } = policy;
  const runs = processes.filter(({ running }) => running?.id === id).length;
  const locals = processes.filter(({ running }) => running === undefined).length;
  const others = processes.length - runs - locals;
  const refusals = Map.groupBy(
    processes.filter(({ refused }) => refused !== undefined),
    (process) => refusedText(process, policy),
  );
  return [
    `${id} is to run on ${share}% of the processes: ${runs} of ${processes.length} run it, ${others} another, ${locals} the local policy alone`,
    ...[...refusals].map(
      ([text, { length }]) => `${length === 1 ? "1 process" : `${length} processes`} refused ${text}`,
    ),
  ];
}
