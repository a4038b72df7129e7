import { REFUSALS, type RefusalReason } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

/** A problem document (RFC 9457), as far as it is shown. Texts of a foreign server are cut. */
const Shown = z.string().transform((text) => escapeUnsafe(text).slice(0, 300));
const Problem = z.object({
  title: Shown,
  reason: Shown.optional(),
  faults: z
    .array(z.object({ path: Shown, message: Shown }))
    .max(100)
    .default([]),
});

/** The option that a member of a request comes from. Longer names go before shorter ones. */
const OPTION_OF: readonly (readonly [member: string, option: string])[] = [
  ["scope.selector.trace_ids", "trace"],
  ["scope.selector.where", "where"],
  ["scope.selector.on_error", "traces-per-min"],
  ["scope.selector", "where"],
  ["scope.services", "service"],
  ["scope.environments", "environment"],
  ["scope.traces_max", "traces"],
  ["scope.records_per_s", "records-per-s"],
  ["scope.bytes_max", "bytes-max"],
  ["scope.lookback_s", "lookback"],
  ["scope.level", "level"],
  ["scope.classes", "class"],
  ["scope.trace_ids", "trace"],
  ["scope.sealed_from", "sealed-from"],
  ["scope.sealed_until", "sealed-until"],
  ["scope.values_max", "values"],
  ["duration_s", "for"],
  ["starts_at", "starts-at"],
  ["extends", "extends"],
  ["reason", "reason"],
  ["ticket", "ticket"],
  ["comment", "comment"],
  ["service", "service"],
  ["environment", "environment"],
  ["audience.services", "service"],
  ["audience.environments", "environment"],
  ["share", "share"],
  ["public_key", "public-key"],
  ["state", "state"],
];

/** What to do next. Between braces stand commands; ID is what the request was about. */
export type RefusalHints = Readonly<Partial<Record<RefusalReason, string>>>;

const HINTS: RefusalHints = {
  unauthenticated: "is the token still known there? a new one makes: scrim access token NAME",
  forbidden: "what you are: {access whoami}",
  own_request: "somebody else decides on it; who may: {access show ID}",
  review_due: "somebody else looks at it first; which it is: {access grants}",
  quota: "what is open: {access list --state pending}; {access grants --state active}",
  foreign_host: "ask by 127.0.0.1, or give the control plane a certificate",
  unknown: "what you may see: {access list}; {access grants}",
  state: "what became of it: {access show ID}",
  no_service: "which there are: {access services}",
  ticket: "add --ticket ID",
  not_extendable: "ask anew, without --extends",
  break_glass_off: "ask for it: scrim access request",
  busy: "try again in a moment",
  unavailable: "try again; whoever runs the control plane finds the reason in what it says",
};

export interface ProblemContext {
  readonly url: string;
  /** The request, grant or policy that it is about. */
  readonly subject: string | undefined;
  readonly hints?: RefusalHints | undefined;
  /** Where a member of the body comes from, unless that is an option. */
  readonly placeOf?: ((member: string) => string | undefined) | undefined;
  /** The whole command line of a command. */
  complete(command: string): string;
}

/** What the control plane says when it refuses, as an error of ours. What isn't from one says that. */
export function problemError(status: number, document: unknown, context: ProblemContext): OperatingError {
  const problem = Problem.safeParse(document);
  if (!problem.success) {
    return new OperatingError("SOURCE_UNREACHABLE", `the control plane can't be used: it answers ${status}`, {
      path: context.url,
      hint: "is this the address of a control plane?",
    });
  }
  const { title, reason, faults } = problem.data;
  const [fault, ...more] = faults;
  const code = status === 503 ? "SOURCE_UNREACHABLE" : "ACCESS_REFUSED";
  const hint = isReason(reason) ? hintOf(reason, context) : undefined;
  const placeOf = (member: string) => context.placeOf?.(member) ?? optionOf(member);
  const path = fault === undefined ? undefined : placeOf(fault.path);
  const rest = more.map(({ path, message }) => `${placeOf(path)}: ${message}`);
  const message = fault === undefined ? title : [`${title}: ${fault.message}`, ...rest].join("; ");
  return new OperatingError(code, message, {
    ...(path !== undefined && { path }),
    ...(hint !== undefined && { hint }),
  });
}

function optionOf(member: string): string {
  const option = OPTION_OF.find(([name]) => member === name || member.startsWith(`${name}.`))?.[1];
  return option === undefined ? member : `--${option}`;
}

function hintOf(reason: RefusalReason, { subject, hints, complete }: ProblemContext): string | undefined {
  return { ...HINTS, ...hints }[reason]?.replaceAll(/\{([^}]+)\}/g, (_, command: string) =>
    complete(command.replace("ID", subject ?? "ID")),
  );
}

function isReason(text: string | undefined): text is RefusalReason {
  return text !== undefined && Object.hasOwn(REFUSALS, text);
}
