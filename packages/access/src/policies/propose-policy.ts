import { randomBytes } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { policyDigest } from "@scrim/grants";
import {
  comparePolicies,
  type PolicyDifference,
  type PolicyDocument,
  type PolicyText,
  parseCentralPolicy,
  weakens,
} from "@scrim/policy";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import { entryNames } from "../acts/entry-names.ts";
import type { Principal } from "../directory/principal.ts";
import { Refusal } from "../http/refusal.ts";
import { allow } from "../requests/allow.ts";
import { askedBy, keptText } from "../requests/create-request.ts";
import type { Store } from "../store/store.ts";
import { currentOf, isInUse, policiesOf, policyResource } from "./policies-of.ts";
import { isSameAudience, mayMeet } from "./policy-audience.ts";
import type { PolicyControl } from "./policy-control.ts";
import type { PolicyInput } from "./policy-input.ts";
import { isOpenPolicy } from "./policy-machine.ts";
import { DIFFERENCES_MAX, type PolicyVersion } from "./policy-version.ts";

/** Policies of one tenant that wait for somebody. */
const WAITING_MAX = 100;

/** What a proposal changes, and in the place of what. */
export interface ComparedPolicy {
  readonly current: string | undefined;
  readonly differences: readonly PolicyDifference[];
}

/**
 * Compiles a proposal, and compares it with the policy that is current. That takes a while, so it is done before anything is written: others would wait for it.
 *
 * @throws {Refusal} `policy` where it can't be used, `state` where there is nothing to take away
 */
export async function comparePolicy(
  { control, store }: { readonly control: PolicyControl; readonly store: Store },
  by: Principal,
  { audience, documents }: PolicyInput,
): Promise<ComparedPolicy | undefined> {
  const resource = policyResource({ id: "new", tenant: by.tenant, proposed_by: askedBy(by) });
  if (!control.authorize(by, "policy.propose", resource).isAllowed) return undefined; // which the act refuses
  const all = await store.read((transaction) => policiesOf(transaction, by.tenant));
  const current = currentOf(all, audience);
  return { current: current?.id, differences: differencesFrom(current, documents) };
}

/**
 * Proposes a policy. Nobody runs it before somebody else has approved it; where the configuration says so, one that weakens nothing needs no approval.
 *
 * @throws {Refusal} `forbidden`, `audience`, `quota`; `outdated` where another policy has become current since it was compared
 */
export async function proposePolicy(
  control: PolicyControl,
  act: ActInProgress,
  { audience, documents, reason }: PolicyInput,
  compared: ComparedPolicy | undefined,
): Promise<PolicyVersion> {
  const by = act.by!;
  const id = `pol-${randomBytes(8).toString("hex")}`;
  const proposed_by = askedBy(by);
  const allowedBy = allow(
    control,
    act,
    "policy.propose",
    policyResource({ id, tenant: by.tenant, proposed_by }),
  );
  const all = await policiesOf(act.transaction, by.tenant);
  if (all.filter(({ state }) => state === "proposed" || state === "approved").length >= WAITING_MAX)
    throw new Refusal("quota");
  checkAudience(all, audience);
  const current = currentOf(all, audience);
  if (compared === undefined || compared.current !== current?.id) throw new Refusal("outdated");
  const { differences } = compared;
  const isWeaker = weakens(differences);
  const kept = keptText(reason);
  const policy: PolicyVersion = {
    id,
    tenant: by.tenant,
    audience,
    revision: Math.max(0, ...all.map(({ revision }) => revision)) + 1,
    documents,
    digest: policyDigest(documents),
    proposed_by,
    reason: kept,
    ...(current !== undefined && { replaces: current.id }),
    weakens: isWeaker,
    differences: differences.slice(0, DIFFERENCES_MAX).map(keptDifference),
    differences_count: differences.length,
    decisions: [],
    share: 0,
    state: isWeaker || control.stricterNeedsApproval ? "proposed" : "approved",
    created_at: act.nowS,
    changed_at: act.nowS,
  };
  act.audit({
    kind: "policy",
    action: "propose",
    ids: { policy: id, digest: policy.digest, ...(current !== undefined && { replaces: current.id }) },
    policies: [...allowedBy],
    facts: {
      revision: policy.revision,
      weakens: isWeaker,
      differences: differences.length,
      needs_approval: policy.state === "proposed",
      services: entryNames(audience.services),
      environments: entryNames(audience.environments),
    },
    texts: { reason: kept.commitment },
  });
  act.answerWith(id);
  await act.transaction.put("policy", policy);
  return policy;
}

/**
 * A service has one central policy: what is for some of the services of another policy would show or hide it.
 *
 * @throws {Refusal} `audience`
 */
export function checkAudience(all: readonly PolicyVersion[], audience: PolicyVersion["audience"]): void {
  const others = all.filter((each) => isInUse(each) && !isSameAudience(each.audience, audience));
  if (others.some((each) => mayMeet(each.audience, audience))) throw new Refusal("audience");
}

/** @throws {Refusal} `policy`, `state` */
function differencesFrom(
  current: PolicyVersion | undefined,
  documents: readonly PolicyText[],
): readonly PolicyDifference[] {
  const next = parsed(documents);
  const before = current?.documents.length ? parsed(current.documents) : undefined;
  if (documents.length === 0) {
    if (before === undefined) throw new Refusal("state");
    return [{ path: "central_policy", change: "weaker", before: current!.digest, after: undefined }];
  }
  const differences = differencesOf(before ?? [], next);
  if (before !== undefined) return differences;
  // What processes have without a central policy is theirs, and not known here.
  return [{ path: "local_policies", change: "weaker", before: undefined, after: undefined }, ...differences];
}

/** Each under the name of its place, so that what is said of it quotes no name. @throws {Refusal} `policy` */
function parsed(documents: readonly PolicyText[]): readonly PolicyDocument[] {
  return understood(() =>
    parseCentralPolicy(documents.map(({ text }, at) => ({ name: `documents.${at}`, text }))),
  );
}

/** @throws {Refusal} `policy` */
function differencesOf(
  before: readonly PolicyDocument[],
  after: readonly PolicyDocument[],
): readonly PolicyDifference[] {
  return understood(() => comparePolicies(before, after));
}

function understood<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    throw new Refusal("policy", [faultOf(error)]);
  }
}

/** Where, and by which code: the rest may quote the policy, and `scrim policy check` says it. */
function faultOf({ line, code }: OperatingError): { readonly path: string; readonly message: string } {
  const [, path = "documents", at] = /(documents\.\d+)(?::(\d+))?/.exec(line) ?? [];
  return { path, message: at === undefined ? code : `${code} in line ${at}` };
}

function keptDifference({
  path,
  change,
  before,
  after,
}: PolicyDifference): PolicyVersion["differences"][number] {
  return { path, change, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** The one of an id, for who may read it. @throws {Refusal} `unknown` */
export async function policyOf(
  { authorize }: PolicyControl,
  { transaction, by }: ActInProgress,
  id: string,
): Promise<PolicyVersion> {
  const policy = await transaction.get("policy", id);
  if (policy === undefined || by === undefined) throw new Refusal("unknown");
  if (!authorize(by, "policy.read", policyResource(policy)).isAllowed) throw new Refusal("unknown");
  return policy;
}

/** Whether it is still to be compared with what it was compared with. */
export function isOutdated(all: readonly PolicyVersion[], policy: PolicyVersion): boolean {
  return isOpenPolicy(policy) && currentOf(all, policy.audience)?.id !== policy.replaces;
}
