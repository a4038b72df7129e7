import type { X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { isLoopback } from "@scrim/gateway";
import { type Context, Hono } from "hono";
import type { Authenticate } from "../authentication/authenticate.ts";
import type { Principal } from "../directory/principal.ts";
import { problemResponse } from "./problem.ts";
import { checked, readJson } from "./read-json.ts";
import { Refusal } from "./refusal.ts";
import type { Answer, Call, Route } from "./route.ts";

/** What Node's server brings along with a request. */
interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}
type Ctx = Context<{ Bindings: Bindings }>;

/** What a caller may name its request: visible characters. */
const KEY = /^[\x21-\x7e]{8,128}$/;

export interface ServeOptions {
  readonly authenticate: Authenticate;
  /** Whether the connection is encrypted. Without, `Host` must name this machine: a page in a browser could have a name of its own lead here. */
  readonly isTls: boolean;
  /** Hears of what is wrong with us, not with a request. */
  readonly told: (problem: unknown) => void;
}

/** Serves routes. Every answer but success is a problem document. */
export function serveRoutes(routes: readonly Route[], options: ServeOptions): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (context) => answerCall(route, context, options));
  }
  const allowed = allowedByPath(routes);
  for (const [path, methods] of allowed) {
    app.all(path, (context) => refuse(new Refusal("method"), context, options, methods));
  }
  app.notFound((context) => refuse(new Refusal("unknown_path"), context, options));
  app.onError((error, context) => refuse(error, context as Ctx, options));
  return app;
}

async function answerCall(route: Route, context: Ctx, options: ServeOptions): Promise<Response> {
  try {
    checkHost(context, options);
    const principal = route.isOpen ? NOBODY : await principalOf(context, options);
    const call: Call<never, never, never> = {
      principal,
      operation: route.id,
      params: checked(route.params, context.req.param()) as never,
      query: checked(route.query, context.req.query()) as never,
      body: (route.body === undefined ? undefined : await readJson(context.req.raw, route.body)) as never,
      key: keyOf(context),
      signal: context.req.raw.signal,
      header: (name) => context.req.header(name),
    };
    return send(await route.handle(call), context);
  } catch (error) {
    return refuse(error, context, options);
  }
}

function send(answer: Answer, context: Ctx): Response {
  if ("stream" in answer) {
    answer.stream(context.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  }
  if ("json" in answer) {
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return new Response(JSON.stringify(answer.json), { status: answer.status ?? 200, headers });
  }
  const { bytes, headers, status = 200 } = answer;
  return new Response(status === 304 ? null : bytes, { status, headers });
}

/** What isn't a refusal is a fault of ours, or of the world's: told to us, and not to the caller. */
function refuse(error: unknown, _context: Ctx, { told }: ServeOptions, allow?: string): Response {
  if (!(error instanceof Refusal)) told(error);
  return problemResponse(error instanceof Refusal ? error : new Refusal("unavailable"), allow);
}

function checkHost(context: Ctx, { isTls }: ServeOptions): void {
  if (isTls) return;
  const name = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d+)?$/.exec(context.req.header("host") ?? "");
  if (name === null || !isLoopback((name[1] ?? name[2])!.toLowerCase())) throw new Refusal("foreign_host");
}

async function principalOf(context: Ctx, { authenticate }: ServeOptions): Promise<Principal> {
  const principal = await authenticate({
    authorization: context.req.header("authorization"),
    certificate: certificateOf(context.env.incoming),
    actingFor: context.req.header("scrim-acting-for"),
  });
  if (principal === undefined) throw new Refusal("unauthenticated");
  return principal;
}

/** Only one that TLS has verified against the authorities that were configured. */
function certificateOf({ socket }: IncomingMessage): X509Certificate | undefined {
  const { authorized, getPeerX509Certificate } = socket as Partial<TLSSocket>;
  return authorized === true ? getPeerX509Certificate?.call(socket) : undefined;
}

function keyOf(context: Ctx): string | undefined {
  const key = context.req.header("idempotency-key");
  if (key === undefined || KEY.test(key)) return key;
  throw new Refusal("invalid", [{ path: "Idempotency-Key", message: "8 to 128 visible characters" }]);
}

/** Of routes that are open nothing is done in somebody's name. */
const NOBODY = undefined as never;

/** `{file}` is the rest of a path, with its slashes. */
function honoPath(path: string): string {
  return path.replace("{file}", ":file{.+}").replaceAll(/\{([a-z_]+)\}/g, ":$1");
}

function allowedByPath(routes: readonly Route[]): ReadonlyMap<string, string> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    methods.set(honoPath(path), [...(methods.get(honoPath(path)) ?? []), method]);
  }
  return new Map([...methods].map(([path, list]) => [path, [...new Set(list)].join(", ")]));
}
