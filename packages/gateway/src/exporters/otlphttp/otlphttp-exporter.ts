import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { type Batch, type ComponentContext, defineExporter, type ExportResult, retry } from "@scrim/pipeline";
import type { Signal } from "@scrim/wire";
import { compress } from "../../codec/content-encoding.ts";
import { MEDIA_TYPES } from "../../otlp/encoding.ts";
import { VERSION } from "../../version.ts";
import { judgeError, judgeResponse } from "./judge-response.ts";
import { OtlpHttpConfig } from "./otlphttp-config.ts";
import { post } from "./post.ts";

const SIGNAL_PATHS: Readonly<Record<Signal, string>> = {
  logs: "v1/logs",
  traces: "v1/traces",
  metrics: "v1/metrics",
  profiles: "v1development/profiles",
};

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent */
const USER_AGENT = `Scrim/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** OTLP over HTTP, to any backend or Collector. */
export const otlpHttpExporter = defineExporter({
  type: "otlphttp",
  description: "Sends OTLP over HTTP, as protobuf.",
  configSchema: OtlpHttpConfig,
  create(config, context) {
    const urls = urlsOf(config, context);
    const agent = createAgent(config, context);
    const headers = {
      "user-agent": USER_AGENT,
      ...config.headers,
      "content-type": MEDIA_TYPES.protobuf,
      ...(config.compression === "none" ? {} : { "content-encoding": config.compression }),
    };

    async function attempt(url: URL, body: Buffer, leftMs: number): Promise<ExportResult> {
      try {
        const response = await post(url, body, {
          agent: url.protocol === "https:" ? agent.https : agent.http,
          headers,
          timeoutMs: Math.min(config.timeout, leftMs),
          responseBytesMax: config.max_response_body_size,
        });
        return judgeResponse(response, Date.now());
      } catch (error) {
        return judgeError(error);
      }
    }

    return {
      async export({ signal, bytes }: Batch) {
        if (bytes.length > config.max_request_body_size)
          return { status: "failed", retryable: false, reason: "request_too_large" };
        const body = await compress(config.compression, bytes);
        return await retry(config.retry_on_failure, (leftMs) => attempt(urls.get(signal)!, body, leftMs));
      },
      shutdown() {
        agent.http.destroy();
        agent.https.destroy();
      },
    };
  },
});

function urlsOf(config: OtlpHttpConfig, { signals, path }: ComponentContext): ReadonlyMap<Signal, URL> {
  return new Map(
    signals.map((signal) => {
      const url = config[`${signal}_endpoint`] ?? (config.endpoint && join(config.endpoint, signal));
      if (url !== undefined) return [signal, url];
      throw new OperatingError("CONFIG_INVALID", `no endpoint for ${signal}`, {
        path,
        hint: `add endpoint: "http://127.0.0.1:4318", or ${signal}_endpoint with a full URL`,
      });
    }),
  );
}

function join(base: URL, signal: Signal): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, "")}/${SIGNAL_PATHS[signal]}`;
  return url;
}

function createAgent(config: OtlpHttpConfig, context: ComponentContext) {
  const options = { keepAlive: true, maxSockets: config.max_conns_per_host };
  const ca = config.tls.ca_file === undefined ? {} : { ca: readAuthorities(config.tls.ca_file, context) };
  return {
    http: new http.Agent(options),
    // Said outright, as NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
    https: new https.Agent({ ...options, ...ca, rejectUnauthorized: true }),
  };
}

function readAuthorities(file: string, { baseDir, path }: ComponentContext): Buffer {
  try {
    return readFileSync(resolve(baseDir, file));
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", "the file can't be read", {
      path: `${path}.tls.ca_file`,
      cause,
    });
  }
}
