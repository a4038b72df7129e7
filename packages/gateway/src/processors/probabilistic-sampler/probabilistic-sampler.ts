import { type Batch, defineProcessor, type Processed } from "@scrim/pipeline";
import { ItemSieve, type ItemSignal } from "../items/item-sieve.ts";
import { createItemRandomness } from "./item-randomness.ts";
import { LogSampler } from "./log-sampler.ts";
import { modeOf, ProbabilisticSamplerConfig } from "./sampler-config.ts";
import { samplerCounts } from "./sampler-metrics.ts";
import { createDecide } from "./sampling-decision.ts";
import { SpanSampler } from "./span-sampler.ts";

/** Head sampling by trace id. */
export const probabilisticSamplerProcessor = defineProcessor({
  type: "probabilistic_sampler",
  description:
    "Keeps a share of spans and log records, those of one trace alike, as the Collector's processor of this name does: what both keep is the same. Behind a `verbose_capture` it keeps everything of approved traces. Senders can't ask to be kept: `sampling.priority` means nothing here. Other signals pass.",
  configSchema: ProbabilisticSamplerConfig,
  capabilities: { adds_text: true }, // thresholds, in tracestate and attributes
  create(config, { id, metrics }) {
    const mode = modeOf(config);
    const decide = createDecide({
      mode,
      percentage: config.sampling_percentage,
      precision: config.sampling_precision,
      failClosed: config.fail_closed,
    });
    const sieve = new ItemSieve();
    const shared = { sieve, decide, randomness: createItemRandomness(mode, config.hash_seed) };
    const spans = new SpanSampler({ ...shared, count: samplerCounts(id, "traces", metrics) });
    const logs = new LogSampler({
      ...shared,
      count: samplerCounts(id, "logs", metrics),
      attribute: config.from_attribute,
      usesTraceId: config.attribute_source === "traceID",
    });
    return {
      process(batch) {
        if (batch.signal === "logs") return sample(batch, "logs", sieve, logs);
        return batch.signal === "traces" ? sample(batch, "traces", sieve, spans) : batch;
      },
    };
  },
});

function sample(
  batch: Batch,
  signal: ItemSignal,
  sieve: ItemSieve,
  sampler: SpanSampler | LogSampler,
): Processed {
  sampler.trustsMarks = batch.approvals_checked;
  sampler.faults = 0;
  const bytes = sieve.sieve(signal, batch.bytes, sampler);
  const rest: Batch = { ...batch, bytes, items: sieve.kept };
  const lost = batch.items - rest.items;
  if (lost === 0) return rest;
  const dropped = new Map([
    ["not_sampled", lost - sampler.faults],
    ["sampling_fault", sampler.faults],
  ]);
  return { batch: rest, dropped, held: 0 };
}
