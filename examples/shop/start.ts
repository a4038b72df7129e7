/**
 * The quick start: a gateway with the default policy, and a shop whose logs pass through it. Shows how much
 * came in, as counts, and what left, as records, until Ctrl-C. Needs no configuration, network or other service.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { OperatingError } from "@scrim/errors";
import { type Gateway, startGateway } from "@scrim/gateway";
import { defineProcessor } from "@scrim/pipeline";
import { z } from "zod";

/** Stands before the policy and prints how much came in: never what. */
const arrivals = defineProcessor({
  type: "arrivals",
  description: "Prints how much came in.",
  configSchema: z.strictObject({}),
  capabilities: { adds_text: false },
  create: (_, { print }) => ({
    process(batch) {
      print(
        `\nin:  ${batch.items} ${batch.signal === "logs" ? "log record" : batch.signal.slice(0, -1)}${batch.items === 1 ? "" : "s"}, ${batch.bytes.length} bytes of OTLP\nout:\n`,
      );
      return batch;
    },
  }),
});

interface Ports {
  otlp: number;
  metrics: number;
}

function start({ otlp, metrics }: Ports): Promise<Gateway> {
  const pipeline = {
    receivers: ["otlp"],
    processors: ["arrivals", "policy"],
    exporters: ["debug"],
    ack: "delivered",
  };
  return startGateway({
    components: [arrivals],
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
      processors: { arrivals: {}, policy: {} },
      exporters: { debug: {} },
      service: {
        extensions: [],
        telemetry: { metrics: { address: `127.0.0.1:${metrics}` } },
        pipelines: { logs: pipeline, traces: pipeline, metrics: pipeline, profiles: pipeline },
      },
    },
    log: { info: () => undefined, warn: (message) => console.error(`gateway: warning: ${message}`) },
  });
}

/** On the standard ports; where one is taken, on a free one in its place. */
async function startOnFreePorts(): Promise<Gateway> {
  const ports: Ports = { otlp: 4318, metrics: 8888 };
  for (;;) {
    try {
      return await start(ports);
    } catch (error) {
      if (!(error instanceof OperatingError) || error.code !== "LISTEN_FAILED") throw error;
      const taken = error.path?.startsWith("service.telemetry") ? "metrics" : "otlp";
      if (ports[taken] === 0) throw error;
      console.log(`Port ${ports[taken]} is taken; using a free one.`);
      ports[taken] = 0;
    }
  }
}

const gateway = await startOnFreePorts();
const endpoint = `http://${gateway.endpoints["receivers.otlp"]!.http}`;
console.log(`Scrim gateway: OTLP/HTTP on ${endpoint}, default policy, metrics on ${gateway.metricsUrl}`);
console.log("A shop now logs to it through the OpenTelemetry SDK. Below is all that leaves. Ctrl-C stops.");

const shop = spawn(process.execPath, [fileURLToPath(new URL("shop.ts", import.meta.url))], {
  env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  stdio: ["ignore", "inherit", "inherit"],
});
const ended = once(shop, "exit");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => shop.kill(signal));
// A reader that has gone (`pnpm start | head`) ends it as Ctrl-C does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  shop.kill();
});
await ended; // the shop hands over its last records before it ends
await gateway.shutdown();
