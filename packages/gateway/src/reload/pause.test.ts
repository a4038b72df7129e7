import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { requestProto } from "../../testing/otlp.ts";
import { startSink } from "../../testing/sink.ts";
import { startGateway } from "../start-gateway.ts";

const EXPORTERS = {
  otlphttp: (endpoint: string, compression: string) => ({ endpoint, compression }),
  loadbalancing: (endpoint: string, compression: string) => ({
    protocol: { otlphttp: { compression } },
    resolver: { static: { hostnames: [endpoint] } },
  }),
};

const configOf = (type: keyof typeof EXPORTERS, endpoint: string, compression: string) => ({
  receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
  processors: { policy: {} },
  exporters: { [type]: EXPORTERS[type](endpoint, compression) },
  service: {
    extensions: [],
    telemetry: { metrics: { level: "none" } },
    pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: [type], ack: "memory" } },
  },
});

test.each(["otlphttp", "loadbalancing"] as const)(
  "76, 126: a destination of %s that asked for time is left alone over a reload, and another one is not",
  async (type) => {
    const busy = await startSink((response) => response.writeHead(503, { "retry-after": "30" }).end());
    const other = await startSink();
    const gateway = await startGateway({
      config: configOf(type, busy.url, "none"),
      log: { info: () => {}, warn: () => {} },
    });
    onTestFinished(async () => {
      await gateway.shutdown();
      await Promise.all([busy.close(), other.close()]);
    });
    const endpoint = gateway.endpoints["receivers.otlp"]!.http;
    const answer = await fetch(`http://${endpoint}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: requestProto("logs"),
    });
    expect(answer.status).toBe(200);
    await vi.waitFor(() => expect(busy.requests).toHaveLength(1));
    expect(await gateway.reload(configOf(type, busy.url, "gzip"))).toEqual({ status: "in_force" });
    await setTimeout(300);
    expect(busy.requests).toHaveLength(1);
    expect(await gateway.reload(configOf(type, other.url, "gzip"))).toEqual({ status: "in_force" });
    await vi.waitFor(() => expect(other.requests).toHaveLength(1), 10_000);
    expect(busy.requests).toHaveLength(1);
  },
);
