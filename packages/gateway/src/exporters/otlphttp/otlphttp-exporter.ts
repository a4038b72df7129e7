import { OperatingError } from "@scrim/errors";
import {
  type Attempt,
  type Batch,
  type ComponentContext,
  defineExporter,
  type ExportResult,
} from "@scrim/pipeline";
import type { Signal } from "@scrim/wire";
import { compress } from "../../codec/content-encoding.ts";
import { MEDIA_TYPES } from "../../otlp/encoding.ts";
import { idempotencyHeader } from "../sending/idempotency-header.ts";
import { judgeConnection } from "../sending/judge-connection.ts";
import { DELIVERED } from "../sending/judge-success.ts";
import { USER_AGENT } from "../sending/user-agent.ts";
import { createAgents } from "./agents.ts";
import { judgeResponse } from "./judge-response.ts";
import { OtlpHttpConfig } from "./otlphttp-config.ts";
import { post } from "./post.ts";

const SIGNAL_PATHS: Readonly<Record<Signal, string>> = {
  logs: "v1/logs",
  traces: "v1/traces",
  metrics: "v1/metrics",
  profiles: "v1development/profiles",
};

/** OTLP over HTTP, to any backend or Collector. */
export const otlpHttpExporter = defineExporter({
  type: "otlp_http",
  aliases: ["otlphttp"],
  description: "Sends OTLP over HTTP, as protobuf.",
  configSchema: OtlpHttpConfig,
  create(config, context) {
    const urls = urlsOf(config, context);
    const agents = createAgents(config, context);
    const headers = {
      "user-agent": USER_AGENT,
      ...config.headers,
      "content-type": MEDIA_TYPES.protobuf,
      ...(config.compression === "none" ? {} : { "content-encoding": config.compression }),
    };

    async function attempt(url: URL, body: Buffer, one: Attempt): Promise<ExportResult> {
      try {
        const response = await post(url, body, {
          agent: agents.of(url),
          headers: { ...headers, ...idempotencyHeader(config.idempotency_header, one) },
          timeoutMs: Math.min(config.timeout, one.time_left_ms),
          aborted: one.signal,
          responseBytesMax: config.max_response_body_size,
        });
        return judgeResponse(response, Date.now());
      } catch (error) {
        return judgeConnection(error);
      }
    }

    return {
      delivery: {
        retry_on_failure: config.retry_on_failure,
        sending_queue: config.sending_queue,
        request_bytes_max: config.max_request_body_size,
      },
      goesTo: [...new Set([...urls.values()].map(({ origin }) => origin))].toSorted().join(" "),
      async export({ signal, bytes, items }: Batch, time) {
        if (items === 0) return DELIVERED; // envelopes without items aren't worth a request
        return await attempt(urls.get(signal)!, await compress(config.compression, bytes), time);
      },
      shutdown: () => agents.close(),
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
