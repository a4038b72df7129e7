import { GrantSet } from "@scrim/grants";
import { defineProcessor, type Keeper } from "@scrim/pipeline";
import { FLOORS, VerboseCaptureConfig } from "./capture-config.ts";
import { createGrantFeed } from "./grant-feed.ts";
import { createVerboseCapture } from "./verbose-capture.ts";

/** Verbose records for approved traces alone, whatever wrote them. */
export const verboseCaptureProcessor = defineProcessor({
  type: "verbose_capture",
  description:
    "Lets log records below a floor pass only for traces that a signed grant approves, and marks those and the traces' spans with `scrim.grant.id`. Stands before `policy`. Takes out what senders may not set: attributes named `scrim.*`, unless the client is trusted, and our member of `tracestate`.",
  configSchema: VerboseCaptureConfig,
  capabilities: { adds_text: true }, // the id of a grant, which comes from a bundle
  create(config, context) {
    const { id, metrics } = context;
    const grants = new GrantSet();
    const feed = createGrantFeed(config, grants, context);
    const keeper = config.hold > 0 ? context.keeperOf("logs") : undefined;
    const capture = createVerboseCapture({
      id,
      floor: FLOORS[config.floor],
      needsSeverity: config.without_severity === "below_floor",
      grants,
      metrics,
      hold: keeper && holdOf(config, keeper),
      seesWholeTraces: config.trace_id_routing,
      leases: feed.leases,
    });
    return {
      process: capture.process,
      async start() {
        await feed.start();
        await capture.start?.();
      },
      async shutdown() {
        await capture.shutdown?.();
        await feed.shutdown();
      },
    };
  },
});

function holdOf(config: VerboseCaptureConfig, keeper: Keeper) {
  return {
    keeper,
    limits: {
      holdMs: config.hold,
      bytesMax: config.hold_bytes_max,
      recordsMax: config.hold_records_max,
    },
  };
}
