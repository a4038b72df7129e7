import type { Span } from "@opentelemetry/api";
import type { GrantSet } from "@scrim/grants";
import { reportFault } from "../report-fault.ts";
import { approvalOf } from "./approved-traces.ts";
import { MEMBER } from "./trace-state-member.ts";

export interface TokenHooksOptions {
  readonly grants: GrantSet;
  /** Hosts that may get tokens, in lower case and without a port: `checkout.internal`, or `*.internal` for all names below. */
  readonly destinations: readonly string[];
}

/** `requestHook`s of instrumentations. */
export interface TokenHooks {
  /** For `@opentelemetry/instrumentation-http`. Incoming requests are left alone. */
  readonly http: (span: Span, request: object) => void;
  /** For `@opentelemetry/instrumentation-undici`, which sees `fetch`. */
  readonly undici: (span: Span, request: object) => void;
}

/** `ClientRequest` of node:http, as far as it is used. */
interface HttpRequest {
  readonly host?: string;
  getHeader?(name: string): unknown;
  setHeader?(name: string, value: string): void;
}

/** A request of undici's diagnostics channel. */
interface UndiciRequest {
  readonly origin?: unknown;
  addHeader?(name: string, value: string): void;
}

/**
 * Hooks that send the token of an approved trace along with requests to allowed hosts, which the propagator leaves out for all.
 *
 * @example
 * ```ts
 * import { GrantSet } from "@scrim/grants";
 * import { createTokenHooks } from "@scrim/otel";
 * const hooks = createTokenHooks({ grants: new GrantSet(), destinations: ["*.internal"] });
 * // new HttpInstrumentation({ requestHook: hooks.http }), new UndiciInstrumentation({ requestHook: hooks.undici })
 * console.log(Object.keys(hooks).join()); // http,undici
 * ```
 */
export function createTokenHooks({ grants, destinations }: TokenHooksOptions): TokenHooks {
  const isAllowed = destinationTest(destinations);

  function tokenFor(span: Span, host: string): string | undefined {
    if (grants.isEmpty || !isAllowed(host)) return undefined;
    const context = span.spanContext();
    const approval = approvalOf(grants, context);
    return approval && grants.tokenOf(approval, context.traceId);
  }

  return {
    http: (span, request) =>
      guarded(() => {
        const { host, setHeader, getHeader } = request as HttpRequest;
        if (host === undefined || setHeader === undefined || getHeader === undefined) return;
        const token = tokenFor(span, host);
        if (token === undefined) return;
        const others = getHeader.call(request, "tracestate");
        const state = `${MEMBER}=${token}`;
        setHeader.call(request, "tracestate", others === undefined ? state : `${state},${others}`);
      }),
    undici: (span, request) =>
      guarded(() => {
        const { origin, addHeader } = request as UndiciRequest;
        if (origin === undefined || addHeader === undefined) return;
        const token = tokenFor(span, new URL(String(origin)).hostname);
        // Several headers of this name are one list (W3C Trace Context, section 3.3.1.1).
        if (token !== undefined) addHeader.call(request, "tracestate", `${MEMBER}=${token}`);
      }),
  };
}

/** A request is the application's, and goes on whatever happens here. */
function guarded(add: () => void): void {
  try {
    add();
  } catch (error) {
    reportFault("a token was not sent along", error);
  }
}

function destinationTest(destinations: readonly string[]): (host: string) => boolean {
  const names = new Set(destinations.filter((name) => !name.startsWith("*.")));
  const suffixes = destinations.filter((name) => name.startsWith("*.")).map((name) => name.slice(1));
  return (host) => {
    const name = host.toLowerCase().replace(/\.$/, "");
    return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix) && name.length > suffix.length);
  };
}
