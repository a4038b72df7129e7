import { duration, size } from "@scrim/pipeline";
import { z } from "zod";
import { ListenEndpoint } from "../../../endpoint.ts";
import { ServerTlsConfig } from "../../../tls/server-tls-config.ts";
import { AuthConfig } from "./auth-config.ts";
import { maxConcurrentStreams } from "./streams.ts";

const urlPath = (fallback: string) =>
  z
    .string()
    .regex(/^\/[A-Za-z0-9/_.~-]*$/, "expected a path that begins with /")
    .default(fallback);

/** Schemes, hosts and ports in lower case, as browsers send them; `*` stands for any part of one. */
const ORIGIN_PATTERN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[a-z0-9*.:[\]-]+)$/;

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const CorsConfig = z.strictObject({
  allowed_origins: z
    .array(z.string().max(512).regex(ORIGIN_PATTERN, "expected an origin, like https://shop.example"))
    .min(1)
    .max(256)
    .meta({
      description:
        'Origins whose pages may send: exact, or with one or more `*` for any characters. "*" alone allows every page.',
    }),
  allowed_headers: z
    .array(z.string().max(128).regex(HEADER_NAME, "expected the name of a header"))
    .max(64)
    .default([])
    .meta({
      description: "Headers that pages may send besides those that browsers always allow, and Content-Type.",
    }),
  max_age: duration({ min: "0s", max: "24h" }).prefault("5m").meta({
    description: "How long a browser may remember the answer to its preflight.",
  }),
});

export type CorsConfig = z.output<typeof CorsConfig>;

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export const HttpConfig = z.strictObject({
  endpoint: ListenEndpoint.prefault("127.0.0.1:4318").meta({
    description: "Where to listen.",
  }),
  logs_url_path: urlPath("/v1/logs").meta({ description: "Path of log requests." }),
  traces_url_path: urlPath("/v1/traces").meta({ description: "Path of trace requests." }),
  metrics_url_path: urlPath("/v1/metrics").meta({ description: "Path of metric requests." }),
  profiles_url_path: urlPath("/v1development/profiles").meta({ description: "Path of profile requests." }),
  max_request_body_size: size({ min: "1B", max: "1GiB" }).prefault("64MiB").meta({
    description: "Largest request, as sent and again when decompressed. More is answered 413.",
  }),
  max_response_body_size: size({ min: "1B", max: "4MiB" }).prefault("4MiB").meta({
    description: "Largest response, before any compression.",
  }),
  read_header_timeout: duration({ min: "10ms", max: "10m" }).prefault("10s").meta({
    description:
      "Time a client has to send the headers of a request, and for the handshakes before its first.",
  }),
  read_timeout: duration({ min: "10ms", max: "1h" }).prefault("1m").meta({
    description: "Time a client has to send a whole request.",
  }),
  idle_timeout: duration({ min: "10ms", max: "1h" }).prefault("1m").meta({
    description: "How long a connection may wait for its next request.",
  }),
  max_concurrent_streams: maxConcurrentStreams,
  tls: ServerTlsConfig.optional().meta({
    description: "Serves HTTPS, by HTTP/2 and HTTP/1.1, and nothing else.",
  }),
  auth: AuthConfig.optional().meta({ description: "Asks clients who they are." }),
  cors: CorsConfig.optional().meta({
    description: "Lets pages of other origins send from browsers. They may not send credentials.",
  }),
});

export type HttpConfig = z.output<typeof HttpConfig>;
