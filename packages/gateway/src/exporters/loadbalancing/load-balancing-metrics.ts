import { defineMetric } from "@scrim/pipeline";

export const LOAD_BALANCER_OUTCOME = defineMetric({
  name: "otelcol_loadbalancer_backend_outcome",
  kind: "counter",
  unit: "{outcomes}",
  description: "Requests to each backend, by whether they were delivered.",
  labels: ["exporter", "endpoint", "success"],
});

export const LOAD_BALANCER_BACKEND_IN = defineMetric({
  name: "scrim_loadbalancer_backend_in",
  kind: "gauge",
  unit: "{backends}",
  description: "1 for a backend that takes its part; 0 for one that failed and is left out for a while.",
  labels: ["exporter", "endpoint"],
});
