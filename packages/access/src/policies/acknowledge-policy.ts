import { isDeepStrictEqual } from "node:util";
import type { PolicyAcknowledgement } from "@scrim/grants";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { Principal } from "../directory/principal.ts";
import { Refusal } from "../http/refusal.ts";
import { findAll } from "../store/find-all.ts";
import { type PolicyProcess, processIdOf } from "./policy-process.ts";

/** Processes of one tenant that are known at once. */
const PROCESSES_MAX = 10_000;

/** What a process says again is written down again after so long only: each change of the store wakes all streams. */
const REWRITTEN_S = 240;

/**
 * Takes what a process says of the policy it runs. It decides nothing, so it is no entry of the log: a process that lies misleads who looks, and changes
 * nothing.
 *
 * @throws {Refusal} `quota`
 */
export async function acknowledgePolicy(
  plane: ControlPlane,
  by: Principal,
  acknowledgement: PolicyAcknowledgement,
): Promise<void> {
  const { service, environment, instance } = acknowledgement;
  const id = processIdOf(by.tenant, service, environment, instance);
  const process: PolicyProcess = { id, tenant: by.tenant, ...acknowledgement, seen_at: plane.clock.nowS() };
  const before = await plane.store.read((transaction) => transaction.get("process", id));
  if (before !== undefined && isRecent(before, process)) return;
  await plane.perform(by, undefined, { do: (act) => keep(act, process) });
}

async function keep({ transaction, nowS }: ActInProgress, process: PolicyProcess): Promise<void> {
  const { id, tenant } = process;
  const isKnown = (await transaction.get("process", id)) !== undefined;
  if (!isKnown && (await findAll(transaction, "process", { tenant })).length >= PROCESSES_MAX)
    throw new Refusal("quota");
  await transaction.put("process", { ...process, seen_at: nowS });
}

function isRecent(before: PolicyProcess, now: PolicyProcess): boolean {
  return (
    now.seen_at - before.seen_at < REWRITTEN_S && isDeepStrictEqual({ ...before, seen_at: now.seen_at }, now)
  );
}
