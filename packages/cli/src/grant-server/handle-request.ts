import type { IncomingMessage, ServerResponse } from "node:http";
import type { DocumentStreams } from "@scrim/access";
import { findService, type GrantStore, grantsFor, type ServiceName } from "../grants/grant-store.ts";
import type { Authorize } from "./bearer-tokens.ts";
import type { CurrentBundle } from "./bundle-issuer.ts";
import { parseLeaseBody } from "./lease-body.ts";
import { readBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import { bundleReply, jsonReply, notModifiedReply, type Reply, refusalReply, sendReply } from "./reply.ts";
import {
  allowedAt,
  checkContentType,
  checkHost,
  checkMethod,
  hasVersion,
  parseTarget,
  wantsEvents,
} from "./request-head.ts";
import type { LeaseTerms, UseCounts } from "./use-counts.ts";

export interface HandlerContext {
  /** Undefined while the store can't be read. */
  readonly store: () => GrantStore | undefined;
  readonly current: CurrentBundle;
  readonly streams: DocumentStreams;
  readonly counts: UseCounts;
  /** Absent where all that reach the server may ask. */
  readonly authorize: Authorize | undefined;
  /** Hears of what is wrong with us, not with a request. */
  readonly told: (problem: unknown) => void;
}

/** Answers one request. Never throws. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  let reply: Reply | undefined;
  try {
    reply = await replyTo(request, response, context);
  } catch (error) {
    if (!(error instanceof Refusal)) context.told(error);
    const refusal = error instanceof Refusal ? error : new Refusal("unavailable");
    reply = refusalReply(refusal, allowedAt(request.url ?? ""));
  }
  if (reply !== undefined) sendReply(request, response, reply);
}

/** The answer; none where a stream has begun. */
async function replyTo(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<Reply | undefined> {
  if (context.authorize === undefined) checkHost(request);
  else if (!context.authorize(request.headers.authorization)) throw new Refusal("unauthorized");
  const target = parseTarget(request.url ?? "");
  checkMethod(request, target);
  if (target.kind === "uses") return await leaseReply(request, context);
  return await bundleOrStream(request, response, target.name, context);
}

async function bundleOrStream(
  request: IncomingMessage,
  response: ServerResponse,
  name: ServiceName,
  { store, current, streams }: HandlerContext,
): Promise<Reply | undefined> {
  const isStream = wantsEvents(request);
  const now = store();
  if (now === undefined) throw new Refusal("unavailable");
  if (findService(now, name) === undefined) throw new Refusal("unknown_service");
  if (isStream) {
    if (!streams.hasRoom) throw new Refusal("busy");
    const lastEventId = request.headers["last-event-id"];
    streams.open(() => current(name), response, typeof lastEventId === "string" ? lastEventId : undefined);
    return undefined;
  }
  const bundle = await current(name);
  if (bundle === undefined) throw new Refusal("unknown_service");
  return hasVersion(request, bundle.version)
    ? notModifiedReply(bundle.version)
    : bundleReply(bundle.version, bundle.bytes);
}

async function leaseReply(request: IncomingMessage, { store, counts }: HandlerContext): Promise<Reply> {
  checkContentType(request);
  const { name, instance, request: asked } = parseLeaseBody(await readBody(request));
  const now = store();
  if (now === undefined) throw new Refusal("unavailable");
  if (findService(now, name) === undefined) throw new Refusal("unknown_service");
  const terms = new Map<string, LeaseTerms>();
  for (const { grant } of grantsFor(now, name, Date.now() / 1000)) {
    const { id, selector, traces_max: tracesMax, expires_at: expiresAt } = grant;
    if ("where" in selector && tracesMax !== undefined) terms.set(id, { tracesMax, expiresAt });
  }
  const holder = JSON.stringify([name.service, name.environment, instance]);
  return jsonReply({ granted: await counts.lease(holder, asked, (id) => terms.get(id)) });
}
