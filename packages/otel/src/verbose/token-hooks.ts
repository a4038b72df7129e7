import { context, type Span, trace } from "@opentelemetry/api";
import type { GrantSet } from "@scrim/grants";
import { reportFault } from "../report-fault.ts";
import type { SpanContextLike } from "../sdk-types.ts";
import { approvalOf } from "./approved-traces.ts";
import { hostOfTarget } from "./grpc-target.ts";
import { MEMBER, textWithToken } from "./trace-state-member.ts";

export interface TokenHooksOptions {
  readonly grants: GrantSet;
  /** Hosts that may get tokens, in lower case and without a port: `checkout.internal`, or `*.internal` for all names below. */
  readonly destinations: readonly string[];
}

/** `Metadata` of grpc-js, as far as it is used. */
export interface GrpcMetadataLike {
  get(key: string): readonly (string | Uint8Array)[];
  set(key: string, value: string): void;
  clone(): GrpcMetadataLike;
}

/** What grpc-js hands to a `callInvocationTransformer`, as far as it is used. */
export interface GrpcCallLike {
  metadata: GrpcMetadataLike;
  readonly channel: { getTarget(): string };
}

/** `requestHook`s of instrumentations, and what does the same for gRPC. */
export interface TokenHooks {
  /** For `@opentelemetry/instrumentation-http`. Incoming requests are left alone. */
  readonly http: (span: Span, request: object) => void;
  /** For `@opentelemetry/instrumentation-undici`, which sees `fetch`. */
  readonly undici: (span: Span, request: object) => void;
  /**
   * For `@grpc/grpc-js`, whose instrumentation has no such hook: `callInvocationTransformer` among the options of a client. The destination is the
   * host of the channel's target. Metadata of the application is left as it is: it may serve calls to others.
   */
  readonly grpc: <Call extends GrpcCallLike>(call: Call) => Call;
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
 * // new CartClient("cart.internal:50051", credentials, { callInvocationTransformer: hooks.grpc })
 * console.log(Object.keys(hooks).join()); // http,undici,grpc
 * ```
 */
export function createTokenHooks(options: TokenHooksOptions): TokenHooks {
  const tokenFor = tokenTest(options);
  return {
    http: (span, request) =>
      guarded(() => {
        const { host, setHeader, getHeader } = request as HttpRequest;
        if (host === undefined || setHeader === undefined || getHeader === undefined) return;
        const token = tokenFor(span.spanContext(), host);
        if (token === undefined) return;
        const others = getHeader.call(request, "tracestate");
        setHeader.call(
          request,
          "tracestate",
          textWithToken(others === undefined ? "" : String(others), token),
        );
      }),
    undici: (span, request) =>
      guarded(() => {
        const { origin, addHeader } = request as UndiciRequest;
        if (origin === undefined || addHeader === undefined) return;
        const token = tokenFor(span.spanContext(), new URL(String(origin)).hostname);
        // Several headers of this name are one list (W3C Trace Context, section 3.3.1.1).
        if (token !== undefined) addHeader.call(request, "tracestate", `${MEMBER}=${token}`);
      }),
    grpc: (call) => {
      let metadata: GrpcMetadataLike | undefined;
      guarded(() => {
        const token = tokenForTarget(tokenFor, call.channel.getTarget());
        if (token !== undefined) metadata = metadataWithToken(call.metadata, token);
      });
      return metadata === undefined ? call : { ...call, metadata };
    },
  };
}

/** The token that a span's trace may take to a host; undefined where it has none, or the host is not allowed. */
export type TokenTest = (span: SpanContextLike | undefined, host: string) => string | undefined;

export function tokenTest({ grants, destinations }: TokenHooksOptions): TokenTest {
  const isAllowed = destinationTest(destinations);
  return (span, host) => {
    if (span === undefined || grants.isEmpty || !isAllowed(host)) return undefined;
    const approval = approvalOf(grants, span);
    return approval && grants.tokenOf(approval, span.traceId);
  };
}

/** The same for the span that is current, and the target of a gRPC channel. */
export function tokenForTarget(tokenFor: TokenTest, target: string): string | undefined {
  const host = hostOfTarget(target);
  return host === undefined ? undefined : tokenFor(trace.getSpanContext(context.active()), host);
}

/** A copy, with the token before what others said. */
export function metadataWithToken<Metadata extends GrpcMetadataLike>(
  metadata: Metadata,
  token: string,
): Metadata {
  const copy = metadata.clone() as Metadata;
  copy.set("tracestate", textWithToken(metadata.get("tracestate").join(","), token));
  return copy;
}

/** A request is the application's, and goes on whatever happens here. */
export function guarded(add: () => void): void {
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
