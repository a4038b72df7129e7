import { type Key, PolicyAcknowledgementSchema } from "@scrim/grants";
import * as z from "zod";
import type { Action } from "../../authorization/resource.ts";
import { DocumentIssuer, type IssuedDocument } from "../../bundles/document-issuer.ts";
import { DocumentStreams } from "../../bundles/document-streams.ts";
import { PoliciesInForce, policyBundleDraft } from "../../bundles/policies-in-force.ts";
import type { ControlPlane } from "../../control-plane.ts";
import type { Principal } from "../../directory/principal.ts";
import { acknowledgePolicy } from "../../policies/acknowledge-policy.ts";
import { serviceResource } from "../../services/enrol-service.ts";
import { Refusal } from "../refusal.ts";
import { wantsEvents } from "../request-head.ts";
import { defineRoute, type Route } from "../route.ts";
import { documentAnswer, streamAnswer } from "./bundle-routes.ts";

/** A newer bundle is issued when a third of one's life is over. */
const REFRESH_MS = 1_200_000;

/** Clients take a stream for dead after 45 s without a sign. */
const COMMENT_MS = 15_000;

const Name = z.string().min(1).max(256);

/** Policies, as SDKs and gateways ask for them, and what they say of them. */
export function policyBundleRoutes(
  plane: ControlPlane,
  signing: Key | undefined,
  refreshMs: number = REFRESH_MS,
): { readonly routes: readonly Route[]; readonly close: () => void } {
  const { control, clock, store } = plane;
  const inForce = new PoliciesInForce(store);
  const issuer = new DocumentIssuer(() => clock.nowMs(), refreshMs);
  const streams = new DocumentStreams(refreshMs, COMMENT_MS);
  const unsubscribe = store.onChange(() => {
    inForce.forget();
    void streams.push();
  });

  const allowed = (principal: Principal, action: Action, service: string, environment: string): void => {
    const resource = serviceResource(control, principal.tenant, service, environment);
    if (!control.authorize(principal, action, resource).isAllowed) throw new Refusal("unknown_service");
  };

  return {
    routes: [
      defineRoute({
        id: "getPolicyBundle",
        method: "GET",
        path: "/v1/policy-bundles/{service}/{environment}",
        summary: "The signed policies of a service: as they are now, or as server-sent events.",
        params: z.strictObject({ service: Name, environment: Name }),
        answer: { type: "application/octet-stream" },
        refuses: ["unknown_service", "not_acceptable", "busy"],
        handle: async (call) => {
          const { service, environment } = call.params;
          const { tenant } = call.principal;
          allowed(call.principal, "bundle.read", service, environment);
          if (signing === undefined) throw new Refusal("unknown_service");
          const isStream = wantsEvents(call.header("accept"));
          const name = JSON.stringify([tenant, service, environment]);
          const current = async (): Promise<IssuedDocument> => {
            const policies = await inForce.for(tenant, service, environment);
            return issuer.issue(name, policyBundleDraft({ service, environment }, policies, signing))!;
          };
          return isStream ? streamAnswer(streams, current, call) : documentAnswer(await current(), call);
        },
      }),
      defineRoute({
        id: "acknowledgePolicy",
        method: "POST",
        path: "/v1/policy-acknowledgements",
        summary: "Says which policy a process runs, and what it has refused.",
        body: PolicyAcknowledgementSchema,
        answer: { schema: z.strictObject({}) },
        refuses: ["unknown_service", "quota"],
        handle: async ({ principal, body }) => {
          allowed(principal, "policy.acknowledge", body.service, body.environment);
          await acknowledgePolicy(plane, principal, body);
          return { json: {} };
        },
      }),
    ],
    close() {
      unsubscribe();
      streams.close();
    },
  };
}
