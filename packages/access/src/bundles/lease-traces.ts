import { hash } from "node:crypto";
import * as z from "zod";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import { exhausted, grantAt } from "../requests/grant-machine.ts";
import type { TraceAccount } from "../store/trace-account.ts";

/** One request gets at most this share of what is left, so that the first to ask does not get all; and one at least. */
const SHARE = 8;

/** Processes whose leases of a grant are told apart. What others hold can't be given back. */
const HOLDERS_MAX = 1_000;

/** Traces that are asked for at once, of one grant. */
const WANTED_MAX = 1_000;

const GrantId = z.string().regex(/^[0-9a-f]{16}$/);
const Counts = z.record(GrantId, z.int().min(0).max(1_000_000));

/** Room for a count of each of a thousand grants. */
const bounded = <T extends z.ZodRecord>(counts: T) =>
  counts.refine((record) => Object.keys(record).length <= 1_000, "at most 1,000 grants");

export const LeaseInputSchema = z
  .strictObject({
    service: z.string().min(1).max(256),
    environment: z.string().min(1).max(256),
    instance: z
      .string()
      .min(1)
      .max(128)
      .regex(/^\P{Cc}+$/u)
      .meta({ description: "Tells processes of a service apart: `service.instance.id`." }),
    wanted: bounded(z.record(GrantId, z.int().min(0).max(WANTED_MAX))).meta({
      description: "Traces that the process would like, by grant.",
    }),
    used: bounded(Counts).meta({ description: "Leased traces that were captured since the last report." }),
    returned: bounded(Counts).meta({ description: "Leased traces that are given back." }),
  })
  .meta({ id: "LeaseInput", description: "What a process has used of its leases, and wants." });

export const LeaseAnswerSchema = z
  .strictObject({ granted: z.record(GrantId, z.int().min(0)) })
  .meta({ id: "LeaseAnswer", description: "Traces that the process may capture, by grant." });

export type LeaseInput = z.output<typeof LeaseInputSchema>;

/**
 * Takes what a process tells, and gives of what it asks for. What is leased is gone until the process that has it gives it back; what a process
 * says of leases that it does not hold changes nothing. So never more than `traces_max` are out, whoever restarts. What was captured is an entry.
 */
export async function leaseTraces(
  act: ActInProgress,
  { service, environment, instance, wanted, used, returned }: LeaseInput,
): Promise<{ readonly granted: Readonly<Record<string, number>> }> {
  const holder = hash("sha256", JSON.stringify([service, environment, instance]));
  const granted: Record<string, number> = {};
  for (const id of new Set([wanted, used, returned].flatMap((counts) => Object.keys(counts)))) {
    const stored = await act.transaction.get("grant", id);
    if (stored === undefined || !isFor(stored, act, service, environment)) continue;
    const grant = grantAt(stored, act.nowS);
    const tracesMax = grant.scope.capability === "capture" ? grant.scope.traces_max : undefined;
    if (tracesMax === undefined) continue;
    const before = (await act.transaction.get("account", id)) ?? emptyAccount(grant);
    const settled = settle(
      settle(before, holder, used[id] ?? 0, "used"),
      holder,
      returned[id] ?? 0,
      "returned",
    );
    const count = grant.state === "active" ? shareOf(settled, wanted[id] ?? 0, tracesMax) : 0;
    const next = give(settled, holder, count);
    if (Object.hasOwn(wanted, id) && (grant.state === "active" || grant.state === "scheduled"))
      granted[id] = count;
    if (next !== before) await act.transaction.put("account", next);
    const captured = next.used - before.used;
    if (captured > 0)
      act.audit({ kind: "use", action: "capture", ids: { grant: id }, facts: { traces: captured } });
    if (grant.state === "active" && next.used >= tracesMax) {
      await act.transaction.put("grant", exhausted(grant, act.nowS));
      act.auditAlone({ kind: "grant", action: "exhaust", ids: { grant: id, request: grant.request } });
    }
  }
  return { granted };
}

function isFor(
  grant: { readonly tenant: string; readonly audiences: readonly { service: string; environment: string }[] },
  { by }: ActInProgress,
  service: string,
  environment: string,
): boolean {
  return (
    grant.tenant === by?.tenant &&
    grant.audiences.some((each) => each.service === service && each.environment === environment)
  );
}

function emptyAccount({
  id,
  tenant,
  expires_at,
}: {
  id: string;
  tenant: string;
  expires_at: number;
}): TraceAccount {
  return { id, tenant, expires_at, leased: 0, used: 0, held: {} };
}

function settle(account: TraceAccount, holder: string, told: number, as: "used" | "returned"): TraceAccount {
  const holds = Object.hasOwn(account.held, holder) ? account.held[holder]! : 0;
  const count = Math.min(told, holds);
  if (count === 0) return account;
  return {
    ...account,
    held: withCount(account.held, holder, holds - count),
    ...(as === "used" ? { used: account.used + count } : { leased: account.leased - count }),
  };
}

function shareOf({ leased }: TraceAccount, wanted: number, tracesMax: number): number {
  const left = Math.max(0, tracesMax - leased);
  return Math.min(wanted, left, Math.max(1, Math.floor(left / SHARE)));
}

function give(account: TraceAccount, holder: string, count: number): TraceAccount {
  if (count === 0) return account;
  const holds = Object.hasOwn(account.held, holder) ? account.held[holder]! : 0;
  const isKnown = holds > 0 || Object.keys(account.held).length < HOLDERS_MAX;
  return {
    ...account,
    leased: account.leased + count,
    held: isKnown ? withCount(account.held, holder, holds + count) : account.held,
  };
}

function withCount(held: TraceAccount["held"], holder: string, count: number): TraceAccount["held"] {
  const next = new Map(Object.entries(held));
  if (count === 0) next.delete(holder);
  else next.set(holder, count);
  return Object.fromEntries(next);
}
