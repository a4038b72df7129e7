import * as z from "zod";
import type { ActInProgress } from "../../acts/act-in-progress.ts";
import type { ControlPlane } from "../../control-plane.ts";
import type { Principal } from "../../directory/principal.ts";
import { type AccessRequest, REQUEST_STATES } from "../../requests/access-request.ts";
import { breakGlass, createRequest } from "../../requests/create-request.ts";
import { cancelRequest, decide } from "../../requests/decide.ts";
import {
  BreakGlassInputSchema,
  DecisionInputSchema,
  RequestInputSchema,
} from "../../requests/request-input.ts";
import { requestAt } from "../../requests/request-machine.ts";
import { requestResource } from "../../requests/resource-of.ts";
import { readableOf } from "../readable.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import { type Call, defineRoute, type Route } from "../route.ts";
import { RequestView, requestView } from "../views.ts";

const WAIT_S_MAX = 60;

const RequestId = z.strictObject({ id: z.string().regex(/^req-[0-9a-f]{16}$/) });

const RequestList = z
  .strictObject({
    requests: z.array(RequestView),
    next: z.string().optional().meta({ description: "For `after`: there are more." }),
  })
  .meta({ id: "RequestList", description: "Requests that the caller may read, oldest first." });

const CREATE_REFUSALS: readonly RefusalReason[] = [
  "forbidden",
  "not_here",
  "no_service",
  "predicate",
  "quota",
  "key_reused",
];
const DECISION_REFUSALS: readonly RefusalReason[] = [
  "unknown",
  "forbidden",
  "own_request",
  "state",
  "key_reused",
];

/** Requests: asked, read, decided, taken back. */
export function requestRoutes(plane: ControlPlane): readonly Route[] {
  const view = (request: AccessRequest) => requestView(request, plane.clock.nowS());

  const performed = async (
    call: Call<unknown, unknown, unknown>,
    work: (act: ActInProgress) => Promise<AccessRequest>,
  ) => {
    const { principal, operation, key, params, body } = call;
    const asked = { params, body };
    return await plane.perform(principal, key === undefined ? undefined : { key, operation, asked }, {
      do: work,
      again: async (subject, { transaction }) => (await transaction.get("request", subject)) ?? gone(),
    });
  };

  const decision = (verb: "approve" | "deny", verdict: "approve" | "deny", summary: string) =>
    defineRoute({
      id: `${verb}Request`,
      method: "POST",
      path: `/v1/requests/{id}/${verb}`,
      summary,
      params: RequestId,
      body: DecisionInputSchema,
      answer: { schema: RequestView },
      refuses: DECISION_REFUSALS,
      handle: async (call) => ({
        json: view(
          await performed(call, (act) => decide(plane.control, act, call.params.id, verdict, call.body)),
        ),
      }),
    });

  return [
    defineRoute({
      id: "createRequest",
      method: "POST",
      path: "/v1/requests",
      summary: "Asks for access.",
      body: RequestInputSchema,
      answer: { schema: RequestView, status: 201 },
      refuses: [...CREATE_REFUSALS, "ticket", "not_extendable"],
      handle: async (call) => ({
        status: 201,
        json: view(await performed(call, (act) => createRequest(plane.control, act, call.body))),
      }),
    }),
    defineRoute({
      id: "breakGlass",
      method: "POST",
      path: "/v1/break-glass",
      summary: "Takes access at once. Owners are told, and somebody else reviews it.",
      body: BreakGlassInputSchema,
      answer: { schema: RequestView, status: 201 },
      refuses: [...CREATE_REFUSALS, "break_glass_off", "review_due"],
      handle: async (call) => ({
        status: 201,
        json: view(await performed(call, (act) => breakGlass(plane.control, act, call.body))),
      }),
    }),
    defineRoute({
      id: "listRequests",
      method: "GET",
      path: "/v1/requests",
      summary: "Lists requests that the caller may read.",
      query: z.strictObject({
        state: z.enum(REQUEST_STATES).optional(),
        after: z.string().max(128).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: { schema: RequestList },
      handle: async ({ principal, query }) => {
        const { state, after, limit } = query;
        const where = { tenant: principal.tenant, ...(state !== undefined && { states: [state] }) };
        const { documents, next } = await readableOf(plane, "request", where, after, limit, (request) =>
          mayRead(plane, principal, request),
        );
        return { json: { requests: documents.map(view), ...(next !== undefined && { next }) } };
      },
    }),
    defineRoute({
      id: "getRequest",
      method: "GET",
      path: "/v1/requests/{id}",
      summary: "Reads a request; with `wait`, once it has been decided or so many seconds are over.",
      params: RequestId,
      query: z.strictObject({ wait: z.coerce.number().int().min(0).max(WAIT_S_MAX).default(0) }),
      answer: { schema: RequestView },
      refuses: ["unknown"],
      handle: async ({ principal, params, query, signal }) => {
        const request = await decidedOn(plane, principal, params.id, query.wait, signal);
        return { json: view(request) };
      },
    }),
    decision("approve", "approve", "Approves a request."),
    decision("deny", "deny", "Denies a request: that beats all approvals."),
    defineRoute({
      id: "cancelRequest",
      method: "POST",
      path: "/v1/requests/{id}/cancel",
      summary: "Takes a request back.",
      params: RequestId,
      body: DecisionInputSchema,
      answer: { schema: RequestView },
      refuses: DECISION_REFUSALS,
      handle: async (call) => ({
        json: view(await performed(call, (act) => cancelRequest(plane.control, act, call.params.id))),
      }),
    }),
  ];
}

function mayRead({ control }: ControlPlane, principal: Principal, request: AccessRequest): boolean {
  return control.authorize(principal, "request.read", requestResource(request)).isAllowed;
}

/** The request once it isn't pending any more, or the time is over. */
async function decidedOn(
  plane: ControlPlane,
  principal: Principal,
  id: string,
  waitS: number,
  signal: AbortSignal,
): Promise<AccessRequest> {
  const until = performance.now() + waitS * 1_000;
  for (;;) {
    const changed = nextChange(plane, signal);
    try {
      const request = await plane.store.read((transaction) => transaction.get("request", id));
      if (request === undefined || !mayRead(plane, principal, request)) throw new Refusal("unknown");
      const leftMs = until - performance.now();
      if (requestAt(request, plane.clock.nowS()).state !== "pending" || leftMs <= 0 || signal.aborted)
        return request;
      await changed.within(leftMs);
    } finally {
      changed.forget();
    }
  }
}

/** Listens before the store is read, so that no change is missed. */
function nextChange({ store }: ControlPlane, signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = store.onChange(resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  let timer: NodeJS.Timeout | undefined;
  return {
    async within(ms: number) {
      timer = setTimeout(resolve, Math.min(ms, 1_000)); // a second: the clock decides too
      await promise;
    },
    forget() {
      clearTimeout(timer);
      unsubscribe();
    },
  };
}

function gone(): never {
  throw new Refusal("unknown");
}
