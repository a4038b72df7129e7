import { pipelineMetrics } from "@scrim/pipeline";
import { decodeRequest } from "@scrim/wire";
import { expect, onTestFinished, test } from "vitest";
import { requestProto } from "../../testing/otlp.ts";
import { startSink } from "../../testing/sink.ts";
import { startGateway } from "../start-gateway.ts";

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { isMonotonic: boolean; dataPoints: readonly DataPoint[] };
  readonly gauge?: { dataPoints: readonly DataPoint[] };
  readonly histogram?: { dataPoints: readonly HistogramPoint[] };
}
interface DataPoint {
  readonly asDouble: number;
  readonly attributes?: readonly { key: string; value: { stringValue: string } }[];
}
interface HistogramPoint {
  readonly count: string;
  readonly bucketCounts: readonly string[];
  readonly explicitBounds: readonly number[];
}

async function start(endpoint: (url: string) => string = (url) => url, interval: number | string = 100) {
  const sink = await startSink();
  onTestFinished(() => sink.close());
  const warnings: string[] = [];
  const gateway = await startGateway({
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: null },
      exporters: { debug: { verbosity: "basic" } },
      service: {
        extensions: [],
        telemetry: {
          resource: { "deployment.environment.name": "test" },
          metrics: {
            address: "127.0.0.1:0",
            readers: [
              {
                periodic: {
                  interval,
                  exporter: { otlp: { endpoint: endpoint(sink.url), headers: { a: "b" } } },
                },
              },
            ],
          },
        },
        pipelines: {
          logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
        },
      },
    },
    log: { info: () => {}, warn: (message) => warnings.push(message) },
    print: () => {},
  });
  onTestFinished(() => gateway.shutdown());
  return { sink, gateway, warnings };
}

test("the metrics that Prometheus finds are sent by OTLP as well, with who it is", async () => {
  const { sink, gateway } = await start();
  const url = `http://${gateway.endpoints["receivers.otlp"]!.http}/v1/logs`;
  const headers = { "content-type": "application/x-protobuf" };
  await fetch(url, { method: "POST", headers, body: new Uint8Array(requestProto("logs", ["a", "b"])) });
  const seen = sink.requests.length;
  await expect.poll(() => sink.requests.length, { timeout: 10_000 }).toBeGreaterThan(seen + 1);
  const { path, headers: sent, body } = sink.requests.at(-1)!;
  expect([path, sent.a]).toEqual(["/v1/metrics", "b"]);
  const [{ resource, scopeMetrics }] = decodeRequest("metrics", body).resourceMetrics as unknown as [
    {
      resource: { attributes: { key: string; value: { stringValue: string } }[] };
      scopeMetrics: [{ metrics: Metric[] }];
    },
  ];
  const attributes = Object.fromEntries(
    resource.attributes.map(({ key, value }) => [key, value.stringValue]),
  );
  expect(attributes).toMatchObject({
    "service.name": "scrim-gateway",
    "service.instance.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    "deployment.environment.name": "test",
  });
  const metrics = new Map(scopeMetrics[0].metrics.map((metric) => [metric.name, metric]));
  const accepted = metrics.get(pipelineMetrics.RECEIVER_ACCEPTED.logs.name)!;
  expect(accepted.sum).toMatchObject({ isMonotonic: true, dataPoints: [{ asDouble: 2 }] });
  expect(metrics.get("otelcol_process_memory_rss")?.gauge?.dataPoints[0]?.asDouble).toBeGreaterThan(1e6);
  const [duration] = metrics.get(pipelineMetrics.PROCESSOR_DURATION.name)!.histogram!.dataPoints;
  expect(duration?.bucketCounts).toHaveLength(duration!.explicitBounds.length + 1);
  const exposed = await (await fetch(gateway.metricsUrl!)).text();
  for (const name of metrics.keys()) expect(exposed).toContain(name);
});

test("what has a path is used as it is, and the last push comes with the shutdown", async () => {
  const { sink, gateway } = await start((url) => `${url}/otlp/own`);
  await expect.poll(() => sink.requests.length, { timeout: 10_000 }).toBeGreaterThan(0);
  const before = sink.requests.length;
  await gateway.shutdown();
  expect(sink.requests.length).toBeGreaterThan(before);
  expect(sink.requests.at(-1)?.path).toBe("/otlp/own");
});

test("the last push comes also where none was due for long", async () => {
  const { sink, gateway } = await start((url) => url, "1h");
  await gateway.shutdown();
  expect(sink.requests.map(({ path }) => path)).toEqual(["/v1/metrics"]);
});

test("a destination that is down is told once, and keeps nothing from working", async () => {
  const { gateway, warnings } = await start(() => "http://127.0.0.1:9");
  await expect.poll(() => warnings.filter((line) => line.includes("own metrics"))).toHaveLength(1);
  expect(warnings[0]).toMatch(/^service\.telemetry\.metrics\.readers\.0\.periodic\.exporter\.otlp: /);
  await gateway.shutdown();
});

test("a URL that is none stops the start, with its key", async () => {
  await expect(start(() => "nowhere")).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "service.telemetry.metrics.readers.0.periodic.exporter.otlp.endpoint",
  });
});
