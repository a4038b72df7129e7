import { SIGNALS } from "@scrim/wire";

const PIPELINE = { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" };

/** What a gateway without a configuration does: take in all signals, redact by the default policy, print. Nothing is put onto the disk. */
export const DEFAULT_CONFIG = {
  receivers: { otlp: {} },
  processors: { policy: {} },
  exporters: { debug: {} },
  service: { pipelines: Object.fromEntries(SIGNALS.map((signal) => [signal, PIPELINE])) },
};
