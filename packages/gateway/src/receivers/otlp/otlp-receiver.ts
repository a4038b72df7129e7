import { createServer, type Server } from "node:http";
import { OperatingError } from "@scrim/errors";
import { defineReceiver, type ReceiverContext } from "@scrim/pipeline";
import { SIGNALS } from "@scrim/wire";
import { close, formatEndpoint, isLoopback, listen } from "../../endpoint.ts";
import { RECEIVER_IN_FLIGHT_BYTES } from "../../gateway-metrics.ts";
import { Admission } from "./admission.ts";
import { handleClientErrors } from "./client-errors.ts";
import { type RequestHandler, requestHandler } from "./handle-request.ts";
import { type HttpConfig, OtlpReceiverConfig } from "./otlp-config.ts";
import type { Route } from "./request-head.ts";

/** How long a request on its way may take once the gateway shuts down. */
const SHUTDOWN_GRACE_MS = 10_000;

/** How often Node looks for connections past their timeouts. */
const TIMEOUT_CHECK_MS = 500;

/** Each idle connection costs some 10 KiB. */
const CONNECTIONS_MAX = 4_096;

const HEADER_BYTES_MAX = 16 * 1024;

/** OTLP over HTTP/1.1: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export const otlpReceiver = defineReceiver({
  type: "otlp",
  description: "Takes in OTLP over HTTP, as protobuf or JSON.",
  configSchema: OtlpReceiverConfig,
  create({ protocols: { http } }, context) {
    const { id, path, log, metrics } = context;
    const admission = new Admission(http.max_in_flight_size);
    metrics.observe(RECEIVER_IN_FLIGHT_BYTES, { receiver: id }, () => admission.takenBytes);
    const handle = requestHandler({
      ...http,
      receiver: id,
      routes: routesOf(http, context),
      admission,
      metrics,
      log,
    });
    const server = createHttpServer(http, handle);
    handleClientErrors(server, { receiver: id, metrics });
    let listening: string | undefined;
    return {
      async start() {
        const endpoint = await listen(server, http.endpoint, `${path}.protocols.http.endpoint`);
        listening = formatEndpoint(endpoint);
        if (!isLoopback(endpoint.host))
          log.warn(
            `${path}: ${listening} is open to other machines, without encryption or authentication`,
            "listen on 127.0.0.1, or put a proxy with TLS and authentication before it",
          );
      },
      endpoints: () => (listening === undefined ? {} : { http: listening }),
      shutdown: () => close(server, SHUTDOWN_GRACE_MS),
    };
  },
});

function routesOf(http: HttpConfig, { consumerOf, path }: ReceiverContext): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const signal of SIGNALS) {
    const key = `${signal}_url_path` as const;
    if (routes.has(http[key]))
      throw new OperatingError("CONFIG_INVALID", "two signals can't share a path", {
        path: `${path}.protocols.http.${key}`,
      });
    routes.set(http[key], { signal, consumer: consumerOf(signal) });
  }
  return routes;
}

function createHttpServer(http: HttpConfig, handle: RequestHandler): Server {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: http.read_header_timeout,
    requestTimeout: http.read_timeout,
    keepAliveTimeout: http.idle_timeout,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, http.read_header_timeout, http.read_timeout),
    insecureHTTPParser: false,
    joinDuplicateHeaders: false,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request, response) => {
    // While the server shuts down, a connection serves what it has and no more.
    if (!server.listening) response.setHeader("connection", "close");
    void handle(request, response, () => {});
  });
  server.on("checkContinue", (request, response) => {
    void handle(request, response, () => response.writeContinue());
  });
  return server;
}
