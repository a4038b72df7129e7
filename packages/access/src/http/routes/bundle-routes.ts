import type { Key } from "@scrim/grants";
import * as z from "zod";
import type { Action } from "../../authorization/resource.ts";
import { DocumentIssuer, type IssuedDocument } from "../../bundles/document-issuer.ts";
import { DocumentStreams } from "../../bundles/document-streams.ts";
import { grantBundleDraft } from "../../bundles/grant-bundles.ts";
import { GrantsInForce } from "../../bundles/grants-in-force.ts";
import { LeaseAnswerSchema, LeaseInputSchema, leaseTraces } from "../../bundles/lease-traces.ts";
import { REVEAL_SERVICE, revealBundleDraft } from "../../bundles/reveal-bundles.ts";
import type { ControlPlane } from "../../control-plane.ts";
import type { Principal } from "../../directory/principal.ts";
import { serviceResource } from "../../services/enrol-service.ts";
import { serviceIdOf } from "../../store/enrolled-service.ts";
import { Refusal } from "../refusal.ts";
import { hasVersion, wantsEvents } from "../request-head.ts";
import { type Answer, type Call, defineRoute, type Route } from "../route.ts";

/** A newer bundle is issued when so much of one's life is over, so that whoever asks has two thirds left. */
const REFRESH_MS = 20_000;

/** Clients take a stream for dead after 45 s without a sign. */
const COMMENT_MS = 15_000;

export interface BundleRouteOptions {
  /** The key that signs, as it is at each bundle. */
  readonly signing: { readonly current: Key };
  readonly grantsSecret: Uint8Array;
  /** Whether reveal services get their bundles here. */
  readonly hasReveals: boolean;
  /** For tests of how bundles are replaced. */
  readonly refreshMs?: number;
}

export interface BundleRoutes {
  readonly routes: readonly Route[];
  /** Sends what is new to all that listen. */
  readonly push: () => void;
  readonly close: () => void;
}

const Name = z.string().min(1).max(256);

/** Bundles and leases, as SDKs and gateways ask for them. */
export function bundleRoutes(
  plane: ControlPlane,
  { signing, grantsSecret, hasReveals, refreshMs = REFRESH_MS }: BundleRouteOptions,
): BundleRoutes {
  const { control, clock, store } = plane;
  const inForce = new GrantsInForce(store);
  const issuer = new DocumentIssuer(() => clock.nowMs(), refreshMs);
  const streams = new DocumentStreams(refreshMs, COMMENT_MS);
  const unsubscribe = store.onChange(() => {
    inForce.forget();
    void streams.push();
  });

  const bundleOf = async (id: string): Promise<IssuedDocument | undefined> => {
    const service = await inForce.service(id);
    const open = await inForce.grants(clock.nowS());
    return issuer.issue(id, service && grantBundleDraft(service, open, signing.current, grantsSecret));
  };

  const allowed = (principal: Principal, action: Action, service: string, environment: string): void => {
    const resource = serviceResource(control, principal.tenant, service, environment);
    if (!control.authorize(principal, action, resource).isAllowed) throw new Refusal("unknown_service");
  };

  const revealBundle = defineRoute({
    id: "getRevealBundle",
    method: "GET",
    path: "/v1/reveal-bundles/{audience}",
    summary: "The signed bundle of a reveal service: as it is now, or as server-sent events.",
    params: z.strictObject({ audience: z.string().min(1).max(128) }),
    answer: { type: "application/octet-stream" },
    refuses: ["unknown_service", "not_acceptable", "busy"],
    handle: async (call) => {
      const { audience } = call.params;
      const { tenant } = call.principal;
      allowed(call.principal, "bundle.read", REVEAL_SERVICE, audience);
      const isStream = wantsEvents(call.header("accept"));
      const current = async () => {
        const open = await inForce.grants(clock.nowS());
        return issuer.issue(
          `reveal ${JSON.stringify([tenant, audience])}`,
          revealBundleDraft(audience, tenant, open, signing.current),
        );
      };
      return isStream ? streamAnswer(streams, current, call) : documentAnswer((await current())!, call);
    },
  });

  return {
    routes: [
      defineRoute({
        id: "getBundle",
        method: "GET",
        path: "/v1/bundles/{service}/{environment}",
        summary: "The signed bundle of a service: as it is now, or as server-sent events.",
        params: z.strictObject({ service: Name, environment: Name }),
        answer: { type: "application/octet-stream" },
        refuses: ["unknown_service", "not_acceptable", "busy"],
        handle: async (call) => {
          const { service, environment } = call.params;
          allowed(call.principal, "bundle.read", service, environment);
          const id = serviceIdOf(service, environment);
          const isStream = wantsEvents(call.header("accept"));
          const issued = await bundleOf(id);
          // Of another tenant: the same name in another's directory is another service.
          const isOurs = (await inForce.service(id))?.tenant === call.principal.tenant;
          if (issued === undefined || !isOurs) throw new Refusal("unknown_service");
          return isStream ? streamAnswer(streams, () => bundleOf(id), call) : documentAnswer(issued, call);
        },
      }),
      ...(hasReveals ? [revealBundle] : []),
      defineRoute({
        id: "leaseTraces",
        method: "POST",
        path: "/v1/grant-uses",
        summary: "Reports captured traces, and leases more.",
        body: LeaseInputSchema,
        answer: { schema: LeaseAnswerSchema },
        refuses: ["unknown_service"],
        handle: async ({ principal, body }) => {
          allowed(principal, "lease.take", body.service, body.environment);
          const isEnrolled =
            (await inForce.service(serviceIdOf(body.service, body.environment))) !== undefined;
          if (!isEnrolled) throw new Refusal("unknown_service");
          return { json: await plane.perform(principal, undefined, { do: (act) => leaseTraces(act, body) }) };
        },
      }),
    ],
    push: () => void streams.push(),
    close() {
      unsubscribe();
      streams.close();
    },
  };
}

/** A document as it is now, unless the client has it. */
export function documentAnswer(
  { version, bytes }: IssuedDocument,
  call: Call<unknown, unknown, unknown>,
): Answer {
  const headers = { etag: `"${version}"`, "cache-control": "no-cache", vary: "accept" };
  if (hasVersion(call.header("if-none-match"), version))
    return { bytes: new Uint8Array(), headers, status: 304 };
  return { bytes, headers: { ...headers, "content-type": "application/octet-stream" } };
}

/** A document, and each newer one. */
export function streamAnswer(
  streams: DocumentStreams,
  current: () => Promise<IssuedDocument | undefined>,
  call: Call<unknown, unknown, unknown>,
): Answer {
  if (!streams.hasRoom) throw new Refusal("busy");
  return { stream: (response) => streams.open(current, response, call.header("last-event-id")) };
}
