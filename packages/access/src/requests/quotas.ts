import { Refusal } from "../http/refusal.ts";
import { findAll } from "../store/find-all.ts";
import type { ReadTransaction } from "../store/store.ts";
import type { AccessGrant } from "./access-grant.ts";
import type { AskedBy } from "./access-request.ts";
import type { Quota } from "./access-rules.ts";

const DAY_S = 86_400;

/** What one more of a person or team may not exceed. */
export interface Wanted {
  readonly requests: number;
  readonly grants: number;
  readonly grantS: number;
}

export interface Quotas {
  readonly person: Quota;
  readonly team: Quota;
}

/**
 * Checks what is wanted against the quotas of each person behind it, and of their teams.
 *
 * @throws {Refusal} `quota`
 */
export async function checkQuotas(
  transaction: ReadTransaction,
  quotas: Quotas,
  tenant: string,
  { people, teams }: AskedBy,
  wanted: Wanted,
  nowS: number,
): Promise<void> {
  if (isEmpty(quotas.person) && isEmpty(quotas.team)) return;
  const requests = await findAll(transaction, "request", { tenant, states: ["pending"] });
  const grants = await findAll(transaction, "grant", { tenant, createdFrom: nowS - DAY_S });
  const open = await findAll(transaction, "grant", { tenant, states: ["scheduled", "active"] });
  for (const [quota, isCounted] of [
    ...people.map((person) => [quotas.person, (who: AskedBy) => who.people.includes(person)] as const),
    ...teams.map((team) => [quotas.team, (who: AskedBy) => who.teams.includes(team)] as const),
  ]) {
    const pending = requests.filter(({ asked_by }) => isCounted(asked_by)).length;
    const opened = open.filter(({ holder }) => isCounted(holder)).length;
    const seconds = grants
      .filter(({ holder }) => isCounted(holder))
      .reduce((sum, grant) => sum + secondsOf(grant), 0);
    const isOver =
      pending + wanted.requests > (quota.requests_pending ?? Number.POSITIVE_INFINITY) ||
      opened + wanted.grants > (quota.grants_open ?? Number.POSITIVE_INFINITY) ||
      seconds + wanted.grantS > (quota.grant_minutes_per_day ?? Number.POSITIVE_INFINITY) * 60;
    if (isOver) throw new Refusal("quota");
  }
}

function isEmpty(quota: Quota): boolean {
  return Object.values(quota).every((limit) => limit === undefined);
}

/** What was given back is not counted. */
function secondsOf({ not_before, expires_at, ended_at }: AccessGrant): number {
  return Math.max(0, Math.min(expires_at, ended_at ?? expires_at) - not_before);
}
