import { defineMetric } from "@scrim/pipeline";

export const CONFIG_RELOADS = defineMetric({
  name: "scrim_config_reloads",
  kind: "counter",
  unit: "{reloads}",
  description:
    "Times the configuration was read again: it is in force now, nothing had changed, or it was refused and the one before stays.",
  labels: ["outcome"],
});

export const CONFIG_RELOAD_FAILED = defineMetric({
  name: "scrim_config_last_reload_failed",
  kind: "gauge",
  across: "largest",
  unit: "1",
  description:
    "1 while the configuration in force is not the one that was read last, because that was refused.",
  labels: [],
});

export const CONFIG_REVISION = defineMetric({
  name: "scrim_config_revision",
  kind: "gauge",
  across: "largest",
  unit: "1",
  description: "Configurations that were in force since the start, this one included.",
  labels: [],
});

export const CONFIG_HASH = defineMetric({
  name: "scrim_config_hash",
  kind: "gauge",
  across: "largest",
  unit: "1",
  description:
    "The first 48 bits of the SHA-256 of the configuration in force, as it is written: equal where two gateways run the same.",
  labels: [],
});

export const CONFIG_IN_FORCE_SINCE = defineMetric({
  name: "scrim_config_in_force_since",
  kind: "gauge",
  across: "largest",
  unit: "s",
  description: "When the configuration in force came into force, in seconds since 1970.",
  labels: [],
});
