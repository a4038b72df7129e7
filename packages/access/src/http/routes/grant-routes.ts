import * as z from "zod";
import type { ActInProgress } from "../../acts/act-in-progress.ts";
import type { ControlPlane } from "../../control-plane.ts";
import type { Principal } from "../../directory/principal.ts";
import { type AccessGrant, GRANT_STATES } from "../../requests/access-grant.ts";
import { reviewGrant, revokeGrant } from "../../requests/end-grant.ts";
import { DecisionInputSchema } from "../../requests/request-input.ts";
import { grantResource } from "../../requests/resource-of.ts";
import { readableOf } from "../readable.ts";
import { Refusal } from "../refusal.ts";
import { type Call, defineRoute, type Route } from "../route.ts";
import { GrantView, grantView } from "../views.ts";

const GrantId = z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) });

const GrantList = z
  .strictObject({
    grants: z.array(GrantView),
    next: z.string().optional().meta({ description: "For `after`: there are more." }),
  })
  .meta({ id: "GrantList", description: "Grants that the caller may read." });

/** Grants: read, ended, reviewed. */
export function grantRoutes(plane: ControlPlane): readonly Route[] {
  const view = async (grant: AccessGrant) => {
    const account = await plane.store.read((transaction) => transaction.get("account", grant.id));
    return grantView(grant, account, plane.clock.nowS());
  };

  const performed = async (
    { principal, operation, key, params, body }: Call<unknown, unknown, unknown>,
    work: (act: ActInProgress) => Promise<AccessGrant>,
  ) =>
    await plane.perform(
      principal,
      key === undefined ? undefined : { key, operation, asked: { params, body } },
      {
        do: work,
        again: async (subject, { transaction }) => (await transaction.get("grant", subject)) ?? gone(),
      },
    );

  return [
    defineRoute({
      id: "listGrants",
      method: "GET",
      path: "/v1/grants",
      summary: "Lists grants that the caller may read.",
      query: z.strictObject({
        state: z.enum(GRANT_STATES).optional(),
        after: z.string().max(128).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: { schema: GrantList },
      handle: async ({ principal, query }) => {
        const { state, after, limit } = query;
        const where = { tenant: principal.tenant, ...(state !== undefined && { states: [state] }) };
        const { documents, next } = await readableOf(plane, "grant", where, after, limit, (grant) =>
          mayRead(plane, principal, grant),
        );
        const grants = await Promise.all(documents.map(view));
        return { json: { grants, ...(next !== undefined && { next }) } };
      },
    }),
    defineRoute({
      id: "getGrant",
      method: "GET",
      path: "/v1/grants/{id}",
      summary: "Reads a grant.",
      params: GrantId,
      answer: { schema: GrantView },
      refuses: ["unknown"],
      handle: async ({ principal, params }) => {
        const grant = await plane.store.read((transaction) => transaction.get("grant", params.id));
        if (grant === undefined || !mayRead(plane, principal, grant)) return gone();
        return { json: await view(grant) };
      },
    }),
    defineRoute({
      id: "revokeGrant",
      method: "POST",
      path: "/v1/grants/{id}/revoke",
      summary: "Ends a grant before its time.",
      params: GrantId,
      body: DecisionInputSchema,
      answer: { schema: GrantView },
      refuses: ["unknown", "forbidden", "state", "key_reused"],
      handle: async (call) => ({
        json: await view(
          await performed(call, (act) => revokeGrant(plane.control, act, call.params.id, call.body)),
        ),
      }),
    }),
    defineRoute({
      id: "reviewGrant",
      method: "POST",
      path: "/v1/grants/{id}/review",
      summary: "Says that somebody else has looked at what was taken without asking.",
      params: GrantId,
      body: DecisionInputSchema,
      answer: { schema: GrantView },
      refuses: ["unknown", "forbidden", "own_request", "state", "key_reused"],
      handle: async (call) => ({
        json: await view(
          await performed(call, (act) => reviewGrant(plane.control, act, call.params.id, call.body)),
        ),
      }),
    }),
  ];
}

function mayRead({ control }: ControlPlane, principal: Principal, grant: AccessGrant): boolean {
  return control.authorize(principal, "grant.read", grantResource(grant)).isAllowed;
}

function gone(): never {
  throw new Refusal("unknown");
}
