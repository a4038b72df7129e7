import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Authenticate, Credentials } from "../authentication/authenticate.ts";
import type { Principal } from "../directory/principal.ts";
import { problemResponse, RevealProblem } from "./problem.ts";
import { refusalDelayMs } from "./refusal-delay.ts";
import type { RefusalLimits } from "./refusal-limits.ts";
import { readRevealBody } from "./reveal-body.ts";
import { type Revealed, type RevealParts, revealValue } from "./reveal-value.ts";

export interface RevealAppContext extends RevealParts {
  readonly authenticate: Authenticate;
  readonly limits: RefusalLimits;
  /** Hears of what is wrong with us, not with a request. */
  readonly told: (problem: unknown) => void;
}

type Bindings = { Bindings: HttpBindings };

/** What the service serves, and to whom. */
export function createRevealApp(context: RevealAppContext): Hono<Bindings> {
  const app = new Hono<Bindings>();
  app.get("/v1/health", () => health(context));
  app.all("/v1/health", () => problemResponse(new RevealProblem("method", { allow: "GET" })));
  app.post("/v1/reveal", async ({ req, env }) => await answerReveal(context, req.raw, env));
  app.all("/v1/reveal", () => problemResponse(new RevealProblem("method", { allow: "POST" })));
  app.notFound(() => problemResponse(new RevealProblem("unknown_path")));
  app.onError((error) => {
    if (error instanceof RevealProblem) return problemResponse(error);
    context.told(error);
    return problemResponse(new RevealProblem("unavailable"));
  });
  return app;
}

/** Whether anything could be opened now: grants are fresh. */
function health({ reveals }: RevealAppContext): Response {
  if (!reveals.isFresh) return problemResponse(new RevealProblem("unavailable"));
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}

async function answerReveal(
  context: RevealAppContext,
  request: Request,
  { incoming }: HttpBindings,
): Promise<Response> {
  const principal = await context.authenticate(credentialsOf(incoming));
  if (principal === undefined) throw new RevealProblem("unauthenticated");
  const asked = await readRevealBody(request);
  const waitS = context.limits.pay(principal.id);
  if (waitS !== undefined) throw new RevealProblem("too_many", { "retry-after": String(waitS) });
  const revealed = await opened(context, principal, asked);
  context.limits.giveBack(principal.id);
  return Response.json(documentOf(revealed), { headers: { "cache-control": "no-store" } });
}

/** @throws {RevealProblem} `refused` or `unavailable`, at times that say nothing of why */
async function opened(
  context: RevealAppContext,
  principal: Principal,
  asked: Parameters<typeof revealValue>[2],
): Promise<Revealed> {
  const started = performance.now();
  let problem = new RevealProblem("refused");
  try {
    const revealed = await revealValue(context, principal, asked);
    if (revealed !== undefined) return revealed;
  } catch (error) {
    context.told(error);
    problem = new RevealProblem("unavailable");
  }
  await sleep(refusalDelayMs(performance.now() - started));
  throw problem;
}

/** A person acts for nobody here. */
function credentialsOf({ headers, socket }: HttpBindings["incoming"]): Credentials {
  const { authorized, getPeerX509Certificate } = socket as Partial<TLSSocket>;
  return {
    authorization: headers.authorization,
    certificate: authorized === true ? getPeerX509Certificate?.call(socket) : undefined,
    actingFor: undefined,
  };
}

function documentOf({ value, facts, grant, entry, proof }: Revealed) {
  const { tenant, service, path, class: sensitivityClass, traceId, policy, sealedAt } = facts;
  return {
    value,
    facts: {
      tenant,
      service,
      path,
      class: sensitivityClass,
      trace_id: traceId,
      policy,
      sealed_at: sealedAt,
    },
    grant,
    entry,
    proof,
  };
}
