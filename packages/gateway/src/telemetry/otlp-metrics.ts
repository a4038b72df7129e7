import { defineExtension, type ServiceConfig } from "@scrim/pipeline";
import { z } from "zod";
import { metricsRequest } from "./metrics-request.ts";
import { createOwnSender } from "./own-sender.ts";
import { periodically } from "./periodically.ts";

type PeriodicReader = ServiceConfig["telemetry"]["metrics"]["readers"][number]["periodic"];

export interface PushConfig extends PeriodicReader {
  readonly resource: Readonly<Record<string, string>>;
}

const startedAtMs = Date.now();

/** Sends the gateway's own metrics somewhere, as `service.telemetry.metrics.readers` says. No configuration names it. */
export const otlpMetrics = defineExtension({
  type: "otlp_metrics",
  description: "Sends the gateway's own metrics by OTLP.",
  configSchema: z.custom<PushConfig>(), // checked with the rest of service.telemetry
  async create({ interval, exporter: { otlp }, resource }, context) {
    const sender = await createOwnSender("metrics", "own metrics", otlp, context);
    const periodic = periodically(interval, interval, (timeLeftMs) =>
      sender.send(
        metricsRequest(context.metrics.snapshot(), { resource, startedAtMs, nowMs: Date.now() }),
        timeLeftMs,
      ),
    );
    return {
      start: () => periodic.start(),
      async shutdown(graceMs = 0) {
        await periodic.stop(graceMs);
        await sender.close();
      },
    };
  },
});
