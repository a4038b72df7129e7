import { createServer } from "node:http";
import { defineExtension } from "@scrim/pipeline";
import { z } from "zod";
import { close, formatEndpoint, ListenEndpoint, listen } from "../endpoint.ts";

const HealthCheckConfig = z
  .strictObject({
    endpoint: ListenEndpoint.prefault("127.0.0.1:13133").meta({ description: "Where to listen." }),
  })
  .meta({ id: "HealthCheckConfig", description: "Says over HTTP whether the gateway takes in data." });

const MS_PER_SECOND = 1_000;

/** 200 at any path once all components have started, 503 before and from the beginning of a shutdown. */
export const healthCheck = defineExtension({
  type: "health_check",
  description: "Says over HTTP whether the gateway takes in data.",
  configSchema: HealthCheckConfig,
  create({ endpoint }, { path }) {
    let readySince: Date | undefined;
    let listening: string | undefined;
    const server = createServer((_, response) => {
      const status = readySince === undefined ? 503 : 200;
      const body = JSON.stringify(describe(readySince));
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    return {
      async start() {
        listening = formatEndpoint(await listen(server, endpoint, `${path}.endpoint`));
      },
      ready(ready) {
        readySince = ready ? new Date() : undefined;
      },
      endpoints: () => (listening === undefined ? {} : { http: listening }),
      shutdown: () => close(server, 0),
    };
  },
});

/** The Collector's words. */
function describe(readySince: Date | undefined): object {
  if (readySince === undefined) return { status: "Server not available" };
  const uptime = `${(Date.now() - readySince.getTime()) / MS_PER_SECOND}s`;
  return { status: "Server available", upSince: readySince.toISOString(), uptime };
}
