import { createServer } from "node:http";
import { OperatingError } from "@scrim/errors";
import type { MetricRegistry } from "@scrim/pipeline";
import { close, formatEndpoint, listen, parseEndpoint } from "./endpoint.ts";

/** The key that says where metrics are served. */
const PATH = "service.telemetry.metrics.address";

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface MetricsServer {
  readonly url: string;
  shutdown(): Promise<void>;
}

/**
 * Serves a registry to Prometheus, at `/metrics`.
 *
 * @throws {OperatingError} `CONFIG_INVALID`, `LISTEN_FAILED`
 */
export async function startMetricsServer(address: string, metrics: MetricRegistry): Promise<MetricsServer> {
  const endpoint = parseEndpoint(address);
  if (endpoint === undefined)
    throw new OperatingError("CONFIG_INVALID", "expected host:port", {
      path: PATH,
      hint: 'write it like "127.0.0.1:8888"; port 0 takes a free one',
    });
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": CONTENT_TYPE }).end(metrics.exposition());
  });
  const listening = formatEndpoint(await listen(server, endpoint, PATH));
  return { url: `http://${listening}/metrics`, shutdown: () => close(server, 0) };
}
