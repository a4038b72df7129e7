import { PolicyIdSchema } from "@scrim/grants";
import * as z from "zod";
import type { ActInProgress } from "../../acts/act-in-progress.ts";
import type { ControlPlane } from "../../control-plane.ts";
import type { Principal } from "../../directory/principal.ts";
import { decidePolicy } from "../../policies/decide-policy.ts";
import { policyResource } from "../../policies/policies-of.ts";
import { isFor } from "../../policies/policy-audience.ts";
import { PolicyInputSchema, StageInputSchema } from "../../policies/policy-input.ts";
import { POLICY_STATES, type PolicyVersion } from "../../policies/policy-version.ts";
import { comparePolicy, proposePolicy } from "../../policies/propose-policy.ts";
import { stagePolicy } from "../../policies/stage-policy.ts";
import { DecisionInputSchema } from "../../requests/request-input.ts";
import {
  PolicyProcessView,
  PolicySummary,
  PolicyView,
  policySummary,
  policyView,
  processView,
} from "../policy-views.ts";
import { readableOf } from "../readable.ts";
import { Refusal } from "../refusal.ts";
import { type Call, defineRoute, type Route } from "../route.ts";

const PolicyId = z.strictObject({ id: PolicyIdSchema });

const PolicyList = z
  .strictObject({
    policies: z.array(PolicySummary),
    next: z.string().optional().meta({ description: "For `after`: there are more." }),
  })
  .meta({ id: "PolicyList", description: "Policies that the caller may read." });

const ProcessList = z
  .strictObject({
    processes: z.array(PolicyProcessView),
    next: z.string().optional().meta({ description: "For `after`: there are more." }),
  })
  .meta({
    id: "PolicyProcessList",
    description: "Processes that a policy is for, and what they run, as they said in the last ten minutes.",
  });

const paging = {
  after: z.string().max(1_024).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

/** Redaction policies: proposed, read, decided, put on processes. */
export function policyRoutes(plane: ControlPlane): readonly Route[] {
  const performed = async (
    { principal, operation, key, params, body }: Call<unknown, unknown, unknown>,
    work: (act: ActInProgress) => Promise<PolicyVersion>,
  ) =>
    policyView(
      await plane.perform(
        principal,
        key === undefined ? undefined : { key, operation, asked: { params, body } },
        {
          do: work,
          again: async (subject, { transaction }) => (await transaction.get("policy", subject)) ?? gone(),
        },
      ),
    );

  const readable = async (principal: Principal, id: string): Promise<PolicyVersion> => {
    const policy = await plane.store.read((transaction) => transaction.get("policy", id));
    return policy !== undefined && mayRead(plane, principal, policy) ? policy : gone();
  };

  const decision = (verdict: "approve" | "deny", summary: string) =>
    defineRoute({
      id: `${verdict}Policy`,
      method: "POST",
      path: `/v1/policies/{id}/${verdict}`,
      summary,
      params: PolicyId,
      body: DecisionInputSchema,
      answer: { schema: PolicyView },
      refuses: ["unknown", "forbidden", "own_request", "state", "outdated", "key_reused"],
      handle: async (call) => ({
        json: await performed(call, (act) =>
          decidePolicy(plane.control, act, call.params.id, verdict, call.body),
        ),
      }),
    });

  return [
    defineRoute({
      id: "proposePolicy",
      method: "POST",
      path: "/v1/policies",
      summary: "Proposes a redaction policy. It is compiled, and compared with the current one.",
      body: PolicyInputSchema,
      answer: { schema: PolicyView, status: 201 },
      refuses: ["forbidden", "policy", "audience", "state", "outdated", "quota", "key_reused"],
      handle: async (call) => {
        const compared = await comparePolicy(plane, call.principal, call.body);
        const json = await performed(call, (act) => proposePolicy(plane.control, act, call.body, compared));
        return { status: 201, json };
      },
    }),
    defineRoute({
      id: "listPolicies",
      method: "GET",
      path: "/v1/policies",
      summary: "Lists redaction policies that the caller may read.",
      query: z.strictObject({ state: z.enum(POLICY_STATES).optional(), ...paging }),
      answer: { schema: PolicyList },
      handle: async ({ principal, query }) => {
        const { state, after, limit } = query;
        const where = { tenant: principal.tenant, ...(state !== undefined && { states: [state] }) };
        const { documents, next } = await readableOf(plane, "policy", where, after, limit, (policy) =>
          mayRead(plane, principal, policy),
        );
        const policies = documents.map(policySummary);
        return { json: { policies, ...(next !== undefined && { next }) } };
      },
    }),
    defineRoute({
      id: "getPolicy",
      method: "GET",
      path: "/v1/policies/{id}",
      summary: "Reads a redaction policy, with what it changes.",
      params: PolicyId,
      answer: { schema: PolicyView },
      refuses: ["unknown"],
      handle: async ({ principal, params }) => ({ json: policyView(await readable(principal, params.id)) }),
    }),
    decision("approve", "Approves a policy that somebody else has proposed."),
    decision("deny", "Denies a policy that somebody else has proposed."),
    defineRoute({
      id: "stagePolicy",
      method: "POST",
      path: "/v1/policies/{id}/stage",
      summary: "Puts an approved policy on a share of the processes, or on all of them.",
      params: PolicyId,
      body: StageInputSchema,
      answer: { schema: PolicyView },
      refuses: ["unknown", "forbidden", "not_stageable", "outdated", "audience", "key_reused"],
      handle: async (call) => ({
        json: await performed(call, (act) =>
          stagePolicy(plane.control, act, call.params.id, call.body.share),
        ),
      }),
    }),
    defineRoute({
      id: "listPolicyProcesses",
      method: "GET",
      path: "/v1/policies/{id}/processes",
      summary: "Lists the processes that a policy is for, and what they run.",
      params: PolicyId,
      query: z.strictObject(paging),
      answer: { schema: ProcessList },
      refuses: ["unknown"],
      handle: async ({ principal, params, query }) => {
        const { audience, tenant } = await readable(principal, params.id);
        const { documents, next } = await readableOf(
          plane,
          "process",
          { tenant },
          query.after,
          query.limit,
          ({ service, environment }) => isFor(audience, service, environment),
        );
        return { json: { processes: documents.map(processView), ...(next !== undefined && { next }) } };
      },
    }),
  ];
}

function mayRead({ control }: ControlPlane, principal: Principal, policy: PolicyVersion): boolean {
  return control.authorize(principal, "policy.read", policyResource(policy)).isAllowed;
}

function gone(): never {
  throw new Refusal("unknown");
}
