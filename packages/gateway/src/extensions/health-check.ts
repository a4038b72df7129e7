import { defineExtension } from "@scrim/pipeline";
import { z } from "zod";
import { formatEndpoint, ListenEndpoint } from "../endpoint.ts";
import { type Page, type PageServer, startPageServer } from "../pages/page-server.ts";

const HealthCheckConfig = z
  .strictObject({
    endpoint: ListenEndpoint.prefault("127.0.0.1:13133").meta({ description: "Where to listen." }),
  })
  .meta({
    id: "HealthCheckConfig",
    description: "Says over HTTP whether the gateway lives and takes in data.",
  });

const MS_PER_SECOND = 1_000;

/**
 * `/healthz` is 200 for as long as the process answers at all: whoever restarts gateways asks there. `/readyz` and `/` are 200 once all
 * components have started, 503 before and from the beginning of a shutdown: whoever sends data asks there. No page
 * depends on destinations, since a restart brings none of them back.
 */
export const healthCheck = defineExtension({
  type: "health_check",
  description:
    "Says over HTTP whether the gateway lives (`/healthz`), and whether it takes in data (`/readyz`, and `/` as in the Collector).",
  configSchema: HealthCheckConfig,
  create({ endpoint }, { path }) {
    let readySince: Date | undefined;
    let server: PageServer | undefined;
    const ready = () => page(readySince === undefined ? 503 : 200, describe(readySince));
    const pages = {
      "/healthz": () => page(200, { status: "alive" }),
      "/readyz": ready,
      "/": ready,
    };
    return {
      async start() {
        server = await startPageServer({ endpoint, path: `${path}.endpoint`, pages: () => pages });
      },
      ready(ready) {
        readySince = ready ? new Date() : undefined;
      },
      endpoints: () => (server === undefined ? {} : { http: formatEndpoint(server.endpoint) }),
      async shutdown() {
        await server?.shutdown();
        server = undefined;
      },
    };
  },
});

function page(status: number, body: object): Page {
  return { status, type: "application/json", body: JSON.stringify(body) };
}

/** The Collector's words. */
function describe(readySince: Date | undefined): object {
  if (readySince === undefined) return { status: "Server not available" };
  const uptime = `${(Date.now() - readySince.getTime()) / MS_PER_SECOND}s`;
  return { status: "Server available", upSince: readySince.toISOString(), uptime };
}
