/**
 * The quick start: a gateway with the default policy, and a shop whose logs pass through it. Shows how much
 * came in, as counts, and what left, as records, until Ctrl-C. Needs no configuration, network or other service.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { OperatingError } from "@scrim/errors";
import { type Gateway, startGateway } from "@scrim/gateway";
import { defineProcessor } from "@scrim/pipeline";
import { z } from "zod";

const PORT = 4318;

/** Stands before the policy and prints how much came in: never what. */
const arrivals = defineProcessor({
  type: "arrivals",
  description: "Prints how much came in.",
  configSchema: z.strictObject({}),
  capabilities: { adds_text: false },
  create: (_, { print }) => ({
    process(batch) {
      print(
        `\nin:  ${batch.items} ${batch.signal === "logs" ? "log records" : batch.signal}, ${batch.bytes.length} bytes of OTLP\nout:\n`,
      );
      return batch;
    },
  }),
});

function start(port: number): Promise<Gateway> {
  const pipeline = { receivers: ["otlp"], processors: ["arrivals", "policy"], exporters: ["debug"] };
  return startGateway({
    components: [arrivals],
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
      processors: { arrivals: {}, policy: {} },
      exporters: { debug: {} },
      service: {
        extensions: [],
        telemetry: { metrics: { address: port === PORT ? "127.0.0.1:8888" : "127.0.0.1:0" } },
        pipelines: { logs: pipeline, traces: pipeline, metrics: pipeline, profiles: pipeline },
      },
    },
    log: { info: () => undefined, warn: (message) => console.error(`gateway: warning: ${message}`) },
  });
}

/** On the standard port, or on a free one where that is taken. */
async function startOnFreePort(): Promise<Gateway> {
  try {
    return await start(PORT);
  } catch (error) {
    if (!(error instanceof OperatingError) || error.code !== "LISTEN_FAILED") throw error;
    console.log(`A standard port is taken (${error.path}); using free ones.`);
    return start(0);
  }
}

const gateway = await startOnFreePort();
const endpoint = `http://${gateway.endpoints["receivers.otlp"]!.http}`;
console.log(`Scrim gateway: OTLP/HTTP on ${endpoint}, default policy, metrics on ${gateway.metricsUrl}`);
console.log("A shop now logs to it through the OpenTelemetry SDK. Below is all that leaves. Ctrl-C stops.");

const shop = spawn(process.execPath, [new URL("shop.ts", import.meta.url).pathname], {
  env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  stdio: ["ignore", "inherit", "inherit"],
});
const ended = once(shop, "exit");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => shop.kill(signal));
await ended; // the shop hands over its last records before it ends
await gateway.shutdown();
