import { defineMetric } from "@scrim/pipeline";

export const TLS_RELOADS = defineMetric({
  name: "scrim_tls_reloads",
  kind: "counter",
  unit: "{reloads}",
  description:
    "Changes of the files of certificates and keys of a listener or an exporter: taken over (success), or not to be used (failure), which leaves the old ones in force.",
  labels: ["component", "outcome"],
});

export const TLS_CERTIFICATE_END = defineMetric({
  name: "scrim_tls_certificate_end",
  kind: "gauge",
  unit: "s",
  description: "When a listener's certificate expires, in seconds since 1970.",
  labels: ["component"],
});
