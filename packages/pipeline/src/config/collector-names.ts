/** The Collector has an extension for each way of proving who one is, for both sides. */
const AUTHENTICATION = `clients prove who they are to client_auth, by tokens, OIDC or certificates; a token for a destination goes into its headers: { authorization: "Bearer \${file:NAME}" }`;

/** What the Collector's configurations have that is called otherwise here, by where it stands, and what stands for it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  " connectors": "what one pipeline hands to another stands in both: name its exporters in each",
  "exporter logging": "it is called debug, as in the Collector since 0.86",
  "exporters auth": `a token goes into headers: { authorization: "Bearer \${file:NAME}" }, a certificate into tls`,
  "extension basicauth": AUTHENTICATION,
  "extension basic_auth": AUTHENTICATION,
  "extension bearertokenauth": AUTHENTICATION,
  "extension bearer_token_auth": AUTHENTICATION,
  "extension headers_setter": AUTHENTICATION,
  "extension oauth2client": AUTHENTICATION,
  "extension oauth2_client": AUTHENTICATION,
  "extension oidc": AUTHENTICATION,
  "extension pprof":
    "there is none: scrim_* and otelcol_* metrics tell what a process uses, and `node --cpu-prof` profiles one",
  "exporter jaeger": "Jaeger takes OTLP: the exporter otlp_grpc, to its port 4317",
  "exporter prometheus": "Prometheus takes OTLP: the exporter otlp_http, to its /api/v1/otlp",
  "exporter prometheusremotewrite": "Prometheus takes OTLP: the exporter otlp_http, to its /api/v1/otlp",
  "extension file_storage":
    "batches wait on the disk where pipelines say `ack: durable`, as they do unless set; where on it, service.spool.directory says",
  "processor attributes": "what becomes of attributes stands in the file that the processor policy names",
  "processor filter":
    "whole records can't be dropped by what they hold; less of them: the processor probabilistic_sampler",
  "processor resource": "what becomes of attributes stands in the file that the processor policy names",
  "processor tail_sampling":
    "traces are not chosen by how they end: the processor probabilistic_sampler, or a Collector behind this gateway",
  "processor transform":
    "what becomes of attributes and bodies stands in the file that the processor policy names",
  "processor batch": "each exporter batches what waits for it: exporters.ID.sending_queue.batch",
  "processor memory_limiter":
    "each receiver bounds the memory of its requests: receivers.ID.limits.max_in_flight_size",
  "processor redaction": "what is redacted stands in the file that the processor policy names",
  "http include_metadata":
    "processors see who a client has proved to be, and no headers: protocols.http.auth",
  "grpc include_metadata":
    "processors see who a client has proved to be, and no headers: protocols.grpc.auth",
  "readers pull": "Prometheus finds metrics at service.telemetry.metrics.address",
  "sending_queue block_on_overflow":
    "clients are answered ever more slowly before they are asked to send again later",
  "sending_queue enabled":
    "whether batches wait, and where, each pipeline says: `ack: durable`, `memory` or `delivered`",
  "sending_queue sizer": "sizes are bytes",
  "sending_queue storage":
    "batches wait on the disk where pipelines say `ack: durable`, as they do unless set",
  "sending_queue wait_for_result":
    "a pipeline with `ack: delivered` answers its clients when destinations have answered",
};

/**
 * What to write in the place of a name that the Collector has; undefined where it has none, or the same.
 *
 * @param where the kind of the component that is named, or the nearest key above
 */
export function insteadOf(where: string, name: string): string | undefined {
  return Object.hasOwn(ELSEWHERE, `${where} ${name}`) ? ELSEWHERE[`${where} ${name}`] : undefined;
}
