import { decodeRequest, encodeRequest, type JsonObject } from "@scrim/wire";
import { afterEach, expect, test, vi } from "vitest";
import { type Respond, type Sink, startSink } from "../../../testing/sink.ts";
import { startTestGateway, type TestGateway } from "../../../testing/test-gateway.ts";
import { LOAD_BALANCER_BACKEND_IN } from "./load-balancing-metrics.ts";

/** The exporter behind a receiver, before real servers. */

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const WAIT_MS = 30_000;

async function sinksOf(...responds: readonly (Respond | undefined)[]): Promise<Sink[]> {
  const sinks = await Promise.all(responds.map((respond) => startSink(respond)));
  for (const sink of sinks) open.push(() => sink.close());
  return sinks;
}

async function gatewayBefore(
  sinks: readonly Sink[],
  more: object = {},
  settings: object = {},
): Promise<TestGateway> {
  const gateway = await startTestGateway({
    ack: "memory",
    exporters: {
      loadbalancing: {
        protocol: {
          otlphttp: {
            compression: "none",
            retry_on_failure: { initial_interval: "20ms", max_interval: "100ms" },
            sending_queue: { batch: { flush_timeout: "5ms" } },
            ...settings,
          },
        },
        resolver: { static: { hostnames: sinks.map(({ url }) => url) } },
        ...more,
      },
    },
  });
  open.push(() => gateway.shutdown());
  return gateway;
}

const traceIdOf = (n: number) => (n * 2_654_435_761).toString(16).padStart(32, "1");

async function send(gateway: TestGateway, traces: readonly number[]): Promise<void> {
  const spans = traces.map((n) => ({ traceId: traceIdOf(n), spanId: "1".repeat(16), name: "work" }));
  const body = new Uint8Array(encodeRequest("traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  const headers = { "content-type": "application/x-protobuf" };
  const response = await fetch(`${gateway.url}/v1/traces`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
}

/** Trace ids of the spans that a sink has. */
function tracesAt({ requests }: Sink): string[] {
  return requests.flatMap(({ body }) =>
    (decodeRequest("traces", body).resourceSpans as JsonObject[]).flatMap((ofResource) =>
      (ofResource.scopeSpans as JsonObject[]).flatMap((ofScope) =>
        (ofScope.spans as JsonObject[]).map(({ traceId }) => String(traceId)),
      ),
    ),
  );
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test("all spans of a trace go to one backend, every backend has some, and nothing comes twice", async () => {
  const sinks = await sinksOf(undefined, undefined, undefined);
  const gateway = await gatewayBefore(sinks);
  for (let round = 0; round < 3; round++) await send(gateway, numbers(30));
  await vi.waitFor(() => expect(sinks.flatMap(tracesAt)).toHaveLength(90), WAIT_MS);
  for (const n of numbers(30)) {
    const at = sinks.map((sink) => tracesAt(sink).filter((id) => id === traceIdOf(n)).length);
    expect(at.toSorted()).toEqual([0, 0, 3]);
  }
  expect(sinks.every((sink) => sink.requests.length > 0)).toBe(true);
});

test("a backend that fails is left out, others take its part once, and it is back by itself", async () => {
  let isAway = true;
  const sinks = await sinksOf(undefined, (response) => void response.writeHead(isAway ? 503 : 200).end());
  const gateway = await gatewayBefore(sinks);
  await send(gateway, numbers(20));
  const [here, away] = [sinks[0]!, sinks[1]!];
  await vi.waitFor(() => expect(tracesAt(here)).toHaveLength(20), WAIT_MS);
  expect(new Set(tracesAt(here)).size).toBe(20);
  const isIn = () =>
    gateway.metrics.value(LOAD_BALANCER_BACKEND_IN, {
      exporter: "loadbalancing",
      endpoint: `127.0.0.1:${away.port}`,
    });
  expect(isIn()).toBe(0);
  const asked = away.requests.length;
  await send(gateway, numbers(20));
  await vi.waitFor(() => expect(tracesAt(here)).toHaveLength(40), WAIT_MS);
  expect(away.requests).toHaveLength(asked);
  isAway = false;
  await vi.waitFor(() => expect(isIn()).toBe(1), WAIT_MS);
  await send(gateway, numbers(20));
  await vi.waitFor(() => expect(tracesAt(here).length + tracesAt(away).length).toBeGreaterThan(59), WAIT_MS);
  await vi.waitFor(() => expect(away.requests.length).toBeGreaterThan(asked), WAIT_MS);
});

test("in turn: without a key each backend has its part", async () => {
  const sinks = await sinksOf(undefined, undefined, undefined);
  const gateway = await gatewayBefore(
    sinks,
    { routing_key: "none" },
    { sending_queue: { batch: { min_size: 0 } } },
  );
  for (let n = 0; n < 9; n++) await send(gateway, [1]);
  await vi.waitFor(() => expect(sinks.flatMap(tracesAt)).toHaveLength(9), WAIT_MS);
  expect(sinks.map((sink) => tracesAt(sink).length)).toEqual([3, 3, 3]);
});

test("what one backend refuses counts as rejected, and what another took is not sent again", async () => {
  const sinks = await sinksOf(undefined, (response) => void response.writeHead(400).end());
  const gateway = await gatewayBefore(sinks);
  await send(gateway, numbers(20));
  await vi.waitFor(() => expect(sinks[1]!.requests).toHaveLength(1), WAIT_MS);
  await vi.waitFor(() => {
    const sum = (name: string) =>
      Number(new RegExp(`^${name}\\S* (\\d+)$`, "m").exec(gateway.metrics.exposition())?.[1]);
    expect(sum("otelcol_exporter_sent_spans_total")).toBe(tracesAt(sinks[0]!).length);
    expect(sum("scrim_exporter_rejected_items_total")).toBe(20 - tracesAt(sinks[0]!).length);
  }, WAIT_MS);
  expect(new Set(tracesAt(sinks[0]!)).size).toBe(tracesAt(sinks[0]!).length);
});

const INVALID: readonly [name: string, config: object, path: string][] = [
  [
    "no protocol",
    { protocol: {}, resolver: { static: { hostnames: ["http://a"] } } },
    "exporters.loadbalancing.protocol",
  ],
  [
    "no backend",
    { protocol: { otlphttp: {} }, resolver: { static: { hostnames: [] } } },
    "exporters.loadbalancing.resolver.static.hostnames",
  ],
  [
    "a backend that is no URL",
    { protocol: { otlphttp: {} }, resolver: { static: { hostnames: ["a:4318"] } } },
    "exporters.loadbalancing.protocol.otlphttp.endpoint",
  ],
];
test("over gRPC: another gateway takes what is spread", async () => {
  const [sink] = await sinksOf(undefined);
  const behind = await startTestGateway({
    grpc: {},
    exporters: { otlphttp: { endpoint: sink!.url, compression: "none" } },
  });
  open.push(() => behind.shutdown());
  const before = await startTestGateway({
    ack: "memory",
    exporters: {
      loadbalancing: {
        protocol: { otlp: { tls: { insecure: true } } },
        resolver: { static: { hostnames: [`127.0.0.1:${behind.grpcPort}`] } },
      },
    },
  });
  open.push(() => before.shutdown());
  await send(before, numbers(5));
  await vi.waitFor(() => expect(tracesAt(sink!)).toHaveLength(5), WAIT_MS);
});

test.each(INVALID)("%s stops the start", async (_, loadbalancing, path) => {
  await expect(startTestGateway({ exporters: { loadbalancing } })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path,
  });
});
