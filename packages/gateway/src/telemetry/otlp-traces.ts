import { defineExtension, type EndedSpan, type ServiceConfig } from "@scrim/pipeline";
import { z } from "zod";
import { createOwnSender } from "./own-sender.ts";
import { periodically } from "./periodically.ts";
import { OWN_SPANS_DROPPED, OWN_SPANS_SENT } from "./traces-metrics.ts";
import { OWN_SPANS_SCOPE, tracesRequest } from "./traces-request.ts";

type Traces = ServiceConfig["telemetry"]["traces"];
type BatchSettings = Traces["processors"][number]["batch"];

export interface OwnTracesConfig extends BatchSettings {
  readonly ratio: number;
  readonly resource: Readonly<Record<string, string>>;
}

/** What waits is sent within this time, or waits for the next. */
const EXPORT_MS_MAX = 30_000;

/** Sends spans of the gateway's own work somewhere, as `service.telemetry.traces` says. No configuration names it. */
export const otlpTraces = defineExtension({
  type: "otlp_traces",
  description: "Sends spans of the gateway's own work by OTLP.",
  configSchema: z.custom<OwnTracesConfig>(), // checked with the rest of service.telemetry
  async create(config, context) {
    const { metrics, tracer } = context;
    const { ratio, resource, schedule_delay, max_queue_size, max_export_batch_size } = config;
    const sender = await createOwnSender("traces", "own spans", config.exporter.otlp, context);
    const sent = metrics.counter(OWN_SPANS_SENT, {});
    const [droppedFull, droppedRefused] = ["full", "refused"].map((reason) =>
      metrics.counter(OWN_SPANS_DROPPED, { reason }),
    );
    /** Oldest first; at most `max_queue_size`. */
    const waiting: EndedSpan[] = [];
    let release: (() => void) | undefined;

    /** The oldest that wait. Resolves to whether it is worth going on. */
    async function send(timeLeftMs: number): Promise<boolean> {
      const spans = waiting.slice(0, max_export_batch_size);
      const result = await sender.send(tracesRequest(spans, resource), timeLeftMs);
      if (result.status === "failed" && result.retryable) return false; // they wait for the next time
      waiting.splice(0, spans.length);
      const rejected = result.status === "failed" ? spans.length : Math.min(spans.length, result.rejected);
      sent.add(spans.length - rejected);
      droppedRefused!.add(rejected);
      return true;
    }

    async function sendAll(timeLeftMs: number): Promise<void> {
      const end = performance.now() + timeLeftMs;
      for (let leftMs = timeLeftMs; waiting.length > 0 && leftMs > 0; leftMs = end - performance.now()) {
        if (!(await send(leftMs))) return;
      }
    }

    const periodic = periodically(schedule_delay, EXPORT_MS_MAX, sendAll);

    return {
      start() {
        release = tracer.use({
          // Spans about own spans would be followed by others about those, and so on.
          takes: ({ signal, bytes }) =>
            Math.random() < ratio && !(signal === "traces" && bytes.includes(OWN_SPANS_SCOPE)),
          ended(span) {
            if (waiting.length < max_queue_size) waiting.push(span);
            else droppedFull!.add(1);
          },
        });
        periodic.start();
      },
      async shutdown(graceMs = 0) {
        release?.();
        await periodic.stop(graceMs);
        await sender.close();
      },
    };
  },
});
