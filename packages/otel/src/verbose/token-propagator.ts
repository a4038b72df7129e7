import {
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { MEMBER, withoutToken } from "./trace-state-member.ts";

export interface TokenPropagatorOptions {
  /** The application's own propagator. */
  readonly delegate: TextMapPropagator;
  /**
   * Whether tokens that come in are believed: true for services that only services of the same trust domain reach. False unless given: what
   * comes from outside is taken off.
   */
  readonly trustsIncoming?: boolean;
}

/**
 * A propagator that never sends the token: it does not know where a request goes. Request hooks add it for destinations that are allowed
 * ({@link createTokenHooks}). Tokens that come in are taken off unless they are believed.
 *
 * @example
 * ```ts
 * import { createTokenPropagator } from "@scrim/otel";
 * const delegate = { inject() {}, extract: (context) => context, fields: () => ["traceparent", "tracestate"] };
 * console.log(createTokenPropagator({ delegate }).fields().join()); // traceparent,tracestate
 * ```
 */
export function createTokenPropagator({
  delegate,
  trustsIncoming = false,
}: TokenPropagatorOptions): TextMapPropagator {
  return {
    inject(context: Context, carrier: unknown, setter: TextMapSetter) {
      delegate.inject(withoutTokenIn(context), carrier, setter);
    },
    extract(context: Context, carrier: unknown, getter: TextMapGetter) {
      const extracted = delegate.extract(context, carrier, getter);
      return trustsIncoming ? extracted : withoutTokenIn(extracted);
    },
    fields: () => delegate.fields(),
  };
}

function withoutTokenIn(context: Context): Context {
  const spanContext = trace.getSpanContext(context);
  if (spanContext?.traceState?.get(MEMBER) === undefined) return context;
  const { traceState, ...ids } = spanContext;
  const others = withoutToken(traceState!);
  return trace.setSpanContext(context, { ...ids, ...(others !== undefined && { traceState: others }) });
}
