import { OperatingError } from "@scrim/errors";
import { defineExtension, expositionOf, type MetricRegistry } from "@scrim/pipeline";
import { z } from "zod";
import { formatEndpoint, parseEndpoint } from "../endpoint.ts";
import { type PageServer, startPageServer } from "../pages/page-server.ts";

/** Prometheus's text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Serves the gateway's own metrics at `/metrics`, as `service.telemetry.metrics` says. No configuration names it. */
export const prometheus = defineExtension({
  type: "prometheus",
  description: "Serves the gateway's own metrics to Prometheus.",
  configSchema: z.strictObject({ address: z.string() }),
  create({ address }, { path, metrics }) {
    const key = `${path}.address`;
    const endpoint = parseEndpoint(address);
    if (endpoint === undefined)
      throw new OperatingError("CONFIG_INVALID", "expected host:port", {
        path: key,
        hint: 'write it like "127.0.0.1:8888"; port 0 takes a free one',
      });
    let server: PageServer | undefined;
    return {
      async start() {
        server = await startPageServer({ endpoint, path: key, pages: () => metricPages(metrics) });
      },
      endpoints: () => (server === undefined ? {} : { http: formatEndpoint(server.endpoint) }),
      async shutdown() {
        await server?.shutdown();
        server = undefined;
      },
    };
  },
});

function metricPages(metrics: MetricRegistry) {
  return {
    "/metrics": async () => {
      const all = await metrics.together();
      return all === undefined
        ? { status: 503, type: CONTENT_TYPE, body: "# other workers don't answer: ask again\n" }
        : { status: 200, type: CONTENT_TYPE, body: expositionOf(all) };
    },
  };
}
