import type { Predicate } from "./predicate.ts";

/*
 * What a local root span begins with, by the instrumentation that begins it: predicates of grants see that and nothing else. Read in the
 * sources of the versions given; both lines of the SDK begin spans alike.
 */

/** Who decides what an attribute says. A caller that may write what it likes can make a predicate true. */
export type StartControl = "caller" | "connection" | "application";

export interface StartAttribute {
  /** A key, or the beginning of keys with a star behind it. */
  readonly key: string;
  readonly control: StartControl;
  /** What it takes to be there, where it is not there by default. */
  readonly only?: string;
  /** What to know for writing a predicate. */
  readonly note?: string;
}

export interface Instrumentation {
  /** The package. */
  readonly name: string;
  /** The versions that were read. */
  readonly versions: string;
  /** Which of its spans are local roots. */
  readonly roots: string;
  readonly starts: readonly StartAttribute[];
  /** Keys that it sets once the span has begun. */
  readonly later: readonly string[];
}

export const INSTRUMENTATIONS: readonly Instrumentation[] = [
  {
    name: "@opentelemetry/instrumentation-http (server)",
    versions: "0.223, 0.301",
    roots: "The span of each request that comes in, also under Express, Fastify, Koa and hapi.",
    starts: [
      { key: "http.request.method", control: "caller", note: "`_OTHER` where it is none of HTTP's own" },
      { key: "http.request.method_original", control: "caller", only: "the method is none of HTTP's own" },
      { key: "url.scheme", control: "connection" },
      { key: "url.path", control: "caller", note: "as it was asked for, with ids in it; no route" },
      { key: "url.query", control: "caller", note: "without `?`" },
      {
        key: "server.address",
        control: "caller",
        note: "from the headers Forwarded, X-Forwarded-Host or Host",
      },
      { key: "server.port", control: "caller", note: "from the same headers" },
      {
        key: "client.address",
        control: "caller",
        note: "from Forwarded or X-Forwarded-For before the connection's own: worth what the proxy that writes them is",
      },
      { key: "network.peer.address", control: "connection", note: "the proxy's, where there is one" },
      { key: "network.peer.port", control: "connection" },
      { key: "network.protocol.version", control: "caller" },
      { key: "user_agent.original", control: "caller" },
      {
        key: "user_agent.synthetic.type",
        control: "caller",
        only: "`enableSyntheticSourceDetection` is on",
      },
      {
        key: "http.request.header.*",
        control: "caller",
        only: "`headersToSpanAttributes.server.requestHeaders` names the header",
        note: 'a list: `"acme" in attributes["http.request.header.x-tenant"]`',
      },
    ],
    later: ["http.route", "http.response.status_code", "error.type"],
  },
  {
    name: "@opentelemetry/instrumentation-http (client)",
    versions: "0.223, 0.301",
    roots: "The span of a request that goes out while no span is active: jobs, timers.",
    starts: [
      { key: "http.request.method", control: "application" },
      {
        key: "http.request.method_original",
        control: "application",
        only: "the method is none of HTTP's own",
      },
      { key: "url.full", control: "application" },
      { key: "server.address", control: "application" },
      { key: "server.port", control: "application" },
      { key: "user_agent.original", control: "application" },
    ],
    later: ["http.response.status_code", "network.peer.address", "network.peer.port", "error.type"],
  },
  {
    name: "@opentelemetry/instrumentation-undici",
    versions: "0.33, 0.34",
    roots: "The span of a `fetch` that goes out while no span is active.",
    starts: [
      { key: "http.request.method", control: "application" },
      { key: "http.request.method_original", control: "application" },
      { key: "url.full", control: "application" },
      { key: "url.path", control: "application" },
      { key: "url.query", control: "application", note: "with `?`, other than of a server" },
      { key: "url.scheme", control: "application" },
      { key: "server.address", control: "application" },
      { key: "server.port", control: "application" },
      { key: "user_agent.original", control: "application" },
    ],
    later: ["http.response.status_code", "network.peer.address", "network.peer.port", "error.type"],
  },
  {
    name: "@opentelemetry/instrumentation-grpc",
    versions: "0.223, 0.300",
    roots: "The span of each call. It begins without attributes, so no predicate can see them.",
    starts: [],
    later: [
      "rpc.system",
      "rpc.service",
      "rpc.method",
      "rpc.request.metadata.*",
      "server.address",
      "server.port",
      "rpc.grpc.status_code",
    ],
  },
  {
    name: "@opentelemetry/instrumentation-express",
    versions: "0.71, 0.72",
    roots: "None: its spans lie inside the request's, and tell that one its route at the end.",
    starts: [],
    later: ["http.route", "express.name", "express.type"],
  },
  {
    name: "@fastify/otel",
    versions: "0.21",
    roots: "The request's span, unless instrumentation-http has begun one; then none.",
    starts: [
      { key: "fastify.root", control: "application", only: "instrumentation-http is off" },
      { key: "http.request.method", control: "caller", only: "instrumentation-http is off" },
      {
        key: "url.path",
        control: "caller",
        only: "instrumentation-http is off",
        note: "with the query behind it",
      },
      {
        key: "http.route",
        control: "application",
        only: "@fastify/otel begins the request's span, with instrumentation-http off",
      },
    ],
    later: ["http.response.status_code"],
  },
];

/** What is known of a key that a predicate looks at. */
export interface StartKey {
  readonly key: string;
  /** `always`: with the instrumentation alone; `only`: where more is set up; `no`: by nothing that is known here. */
  readonly isKnown: "always" | "only" | "no";
  /** What it takes, one for each instrumentation that can begin a span with it. */
  readonly only: readonly string[];
  /** Whether whoever sends the request can write it. */
  readonly isCallerControlled: boolean;
}

/**
 * Says of each attribute that a predicate looks at whether spans begin with it, and whether callers decide what it says. An attribute that is
 * set later can only be matched by the application: `approve(context, attributes)`.
 *
 * @example
 * ```ts
 * import { compilePredicate, startKeysOf } from "@scrim/grants";
 * const predicate = compilePredicate("url.path == '/pay' && http.route == '/pay/:id'");
 * console.log(startKeysOf(predicate).map(({ key, isKnown }) => `${key} ${isKnown}`).join()); // url.path always,http.route only
 * ```
 */
export function startKeysOf({ keys }: Pick<Predicate, "keys">): readonly StartKey[] {
  return keys.map((key) => {
    const rows = INSTRUMENTATIONS.flatMap(({ starts }) => starts).filter((row) => covers(row.key, key));
    const conditions = rows.flatMap(({ only }) => (only === undefined ? [] : [only]));
    const isAlways = conditions.length < rows.length;
    return {
      key,
      isKnown: isAlways ? "always" : rows.length > 0 ? "only" : "no",
      only: isAlways ? [] : conditions,
      isCallerControlled: rows.some(({ control }) => control === "caller"),
    };
  });
}

function covers(pattern: string, key: string): boolean {
  return pattern.endsWith("*") ? key.startsWith(pattern.slice(0, -1)) : pattern === key;
}
