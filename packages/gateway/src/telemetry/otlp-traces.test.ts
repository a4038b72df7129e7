import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeRequest } from "@scrim/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { requestProto } from "../../testing/otlp.ts";
import { type Respond, type Sink, startSink } from "../../testing/sink.ts";
import { startTestGateway, type TestGatewayOptions } from "../../testing/test-gateway.ts";
import { OWN_SPANS_DROPPED, OWN_SPANS_SENT } from "./traces-metrics.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: string } }[];
  readonly links?: readonly { traceId: string }[];
  readonly status?: { code: number };
}

const WAIT = { timeout: 30_000 };
const CANARY = "canary-jane@example.com";
const TRACE_OF_CLIENT = "0af7651916cd43dd8448eb211c80319c";

let folder: string;
const open: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-traces-"));
});
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function sinkOf(respond?: Respond): Promise<Sink> {
  const sink = await startSink(respond);
  open.push(() => sink.close());
  return sink;
}

interface Traced extends TestGatewayOptions {
  readonly ratio?: number;
  readonly batch?: object;
  readonly http?: object;
}

async function gatewayOf(traces: string | undefined, { ratio = 1, batch = {}, ...options }: Traced = {}) {
  const exporter = { otlp: { endpoint: traces } };
  const processors = traces === undefined ? [] : [{ batch: { schedule_delay: 100, exporter, ...batch } }];
  const gateway = await startTestGateway({
    ...options,
    service: {
      telemetry: {
        metrics: { address: "127.0.0.1:0" },
        traces: { processors, sampler: { trace_id_ratio_based: { ratio } } },
      },
      spool: { directory: join(folder, "spool") },
      drain_timeout: "5s",
    },
  });
  open.push(() => gateway.shutdown());
  return gateway;
}

async function post(
  url: string,
  texts: readonly string[],
  signal: "logs" | "traces" = "logs",
): Promise<number> {
  const headers = {
    "content-type": "application/x-protobuf",
    traceparent: `00-${TRACE_OF_CLIENT}-b7ad6b7169203331-01`,
    tracestate: `vendor=${CANARY.replaceAll("@", "-at-")}`,
    baggage: "user=canary-jane",
  };
  const body = new Uint8Array(requestProto(signal, [...texts]));
  const response = await fetch(`${url}/v1/${signal}?${"canary-jane"}`, { method: "POST", headers, body });
  await response.body?.cancel();
  return response.status;
}

function spansAt({ requests }: Sink): Span[] {
  return requests.flatMap(({ body }) => {
    const { resourceSpans } = decodeRequest("traces", body) as unknown as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  });
}

const attribute = (span: Span, key: string) => {
  const value = span.attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};

test.each(["delivered", "memory", "durable"] as const)(
  "ack: %s: the way of a request is one trace, from the receiver to the attempt, without any data",
  async (ack) => {
    const [sink, traces] = [await sinkOf(), await sinkOf()];
    const gateway = await gatewayOf(traces.url, { ack, exporters: { otlphttp: { endpoint: sink.url } } });
    expect(await post(gateway.url, [CANARY, "plain"])).toBe(200);
    const isWhole = () => expect(spansAt(traces).map(({ name }) => name)).toContain("exporter/otlphttp/logs");
    await vi.waitFor(isWhole, WAIT);
    await gateway.shutdown();
    const spans = spansAt(traces);
    const named = (name: string) => spans.find((span) => span.name === name)!;
    const root = named("receiver/otlp/logs");
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([root.traceId]));
    expect([root.traceId, root.parentSpanId ?? ""]).not.toContain(TRACE_OF_CLIENT);
    expect(root.parentSpanId ?? "").toBe("");
    const parents = Object.fromEntries(
      spans.map(({ name, parentSpanId }) => [name, spans.find((one) => one.spanId === parentSpanId)?.name]),
    );
    expect(parents).toEqual({
      "receiver/otlp/logs": undefined,
      "processor/policy/logs": "receiver/otlp/logs",
      ...(ack !== "delivered" && { "queue/logs/logs": "receiver/otlp/logs" }),
      "exporter/otlphttp/logs": "receiver/otlp/logs",
      "exporter/otlphttp/attempt": "exporter/otlphttp/logs",
    });
    expect(attribute(root, "gateway.items")).toBe("2");
    expect(attribute(named("exporter/otlphttp/attempt"), "gateway.outcome")).toBe("delivered");
    for (const { startTimeUnixNano, endTimeUnixNano } of spans)
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
    expect(JSON.stringify(spans)).not.toContain("canary");
    for (const { body, headers } of traces.requests) {
      expect(body.includes("canary")).toBe(false);
      expect(body.includes(Buffer.from(TRACE_OF_CLIENT, "hex"))).toBe(false);
      expect(JSON.stringify(headers)).not.toMatch(/canary|traceparent|baggage/);
    }
    expect(JSON.stringify(sink.requests.map(({ headers }) => headers))).not.toMatch(/traceparent|baggage/);
  },
);

test("each attempt is a span, and a failure says why in a word of ours", async () => {
  const sink = await sinkOf((response, nth) => {
    response.writeHead(nth < 2 ? 503 : 200).end(CANARY);
  });
  const traces = await sinkOf();
  const retry_on_failure = { initial_interval: "10ms", max_interval: "20ms" };
  const gateway = await gatewayOf(traces.url, {
    ack: "memory",
    exporters: { otlphttp: { endpoint: sink.url, retry_on_failure } },
  });
  await post(gateway.url, ["a"]);
  const attempts = () => spansAt(traces).filter(({ name }) => name === "exporter/otlphttp/attempt");
  await vi.waitFor(() => expect(attempts()).toHaveLength(3), WAIT);
  expect(attempts().map((span) => [attribute(span, "gateway.reason"), span.status?.code ?? 0])).toEqual([
    ["unavailable", 2],
    ["unavailable", 2],
    [undefined, 0],
  ]);
  expect(JSON.stringify(spansAt(traces))).not.toContain("canary");
});

test("what is sent together stands in one trace, with links to the others", async () => {
  const [sink, traces] = [await sinkOf(), await sinkOf()];
  const sending_queue = { batch: { flush_timeout: "500ms" } };
  const gateway = await gatewayOf(traces.url, {
    ack: "memory",
    exporters: { otlphttp: { endpoint: sink.url, sending_queue } },
  });
  await Promise.all([1, 2, 3].map((n) => post(gateway.url, [`${n}`])));
  const joint = () => spansAt(traces).find(({ name }) => name === "exporter/otlphttp/logs");
  await vi.waitFor(() => expect(joint()).toBeDefined(), WAIT);
  const { traceId, links = [] } = joint()!;
  expect(links).toHaveLength(2);
  expect(new Set([traceId, ...links.map((link) => link.traceId)]).size).toBe(3);
});

test("nothing is traced unless somebody asks, and only a share of requests", async () => {
  const traces = await sinkOf();
  const off = await gatewayOf(undefined);
  await post(off.url, ["a"]);
  await off.shutdown();
  const none = await gatewayOf(traces.url, { ratio: 0 });
  for (let n = 0; n < 20; n++) await post(none.url, ["a"]);
  await none.shutdown();
  expect(traces.requests).toEqual([]);
  const half = await gatewayOf(traces.url, { ratio: 0.5 });
  for (let n = 0; n < 200; n++) await post(half.url, ["a"]);
  await half.shutdown();
  const roots = spansAt(traces).filter(({ name }) => name.startsWith("receiver/"));
  expect(roots.length).toBeGreaterThan(50);
  expect(roots.length).toBeLessThan(150);
});

test("a destination that is away costs a bounded number of spans, counted, and no request", async () => {
  let isAway = true;
  const traces = await sinkOf((response) => void response.writeHead(isAway ? 503 : 200).end());
  const gateway = await gatewayOf(traces.url, { batch: { max_queue_size: 7, max_export_batch_size: 5 } });
  for (let n = 0; n < 10; n++) expect(await post(gateway.url, ["a"])).toBe(200);
  await vi.waitFor(() => expect(traces.requests.length).toBeGreaterThan(1), WAIT);
  // Receiver, processor, exporter and attempt of each request.
  expect(gateway.metrics.value(OWN_SPANS_DROPPED, { reason: "full" })).toBe(40 - 7);
  isAway = false;
  await vi.waitFor(() => expect(gateway.metrics.value(OWN_SPANS_SENT, {})).toBe(7), WAIT);
  const told = gateway.warnings.filter((line) => line.includes("own spans: can't deliver: unavailable"));
  expect(told).toHaveLength(1);
});

test("what the destination refuses is dropped, and counted", async () => {
  const traces = await sinkOf((response) => void response.writeHead(400).end());
  const gateway = await gatewayOf(traces.url);
  await post(gateway.url, ["a"]);
  await vi.waitFor(
    () => expect(gateway.metrics.value(OWN_SPANS_DROPPED, { reason: "refused" })).toBe(4),
    WAIT,
  );
});

test("its own receiver as the destination: spans arrive there, and none is made about them", async () => {
  const sink = await sinkOf();
  const port = sink.port;
  await sink.close();
  const out = await sinkOf();
  const gateway = await gatewayOf(`http://127.0.0.1:${port}`, {
    http: { endpoint: `127.0.0.1:${port}` },
    exporters: { otlphttp: { endpoint: out.url } },
  });
  await post(gateway.url, ["a"]);
  const sent = () => gateway.metrics.value(OWN_SPANS_SENT, {});
  await vi.waitFor(() => expect(sent()).toBe(4), WAIT);
  await new Promise((resolve) => setTimeout(resolve, 1_000)); // ten more chances
  expect(sent()).toBe(4);
  const paths = out.requests.map(({ path }) => path);
  expect(paths.toSorted()).toEqual(["/v1/logs", "/v1/traces"]);
});

test("a URL that is none stops the start, with its key", async () => {
  await expect(gatewayOf("nowhere")).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "service.telemetry.traces.processors.0.batch.exporter.otlp.endpoint",
  });
});

test("a reload begins and ends it", async () => {
  const traces = await sinkOf();
  const gateway = await gatewayOf(undefined);
  const config = (processors: readonly object[]) => ({
    receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } }, limits: {} } },
    processors: { policy: {} },
    exporters: { debug: { verbosity: "basic" } },
    service: {
      extensions: [],
      telemetry: {
        metrics: { address: "127.0.0.1:0" },
        traces: { processors, sampler: { trace_id_ratio_based: { ratio: 1 } } },
      },
      pipelines: {
        logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
      },
    },
  });
  const batch = { schedule_delay: 100, exporter: { otlp: { endpoint: traces.url } } };
  await gateway.reload(config([{ batch }]));
  const address = () => `http://${gateway.endpoints["receivers.otlp"]!.http}`;
  expect(await post(address(), ["a"])).toBe(200);
  await vi.waitFor(() => expect(spansAt(traces)).toHaveLength(4), WAIT);
  await gateway.reload(config([]));
  expect(await post(address(), ["b"])).toBe(200);
  await gateway.shutdown();
  expect(spansAt(traces)).toHaveLength(4);
});
