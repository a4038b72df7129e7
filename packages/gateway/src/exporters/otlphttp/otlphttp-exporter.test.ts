import { gzipSync } from "node:zlib";
import { OperatingError } from "@scrim/errors";
import { SIGNALS } from "@scrim/wire";
import { afterEach, expect, test } from "vitest";
import { PATHS, requestJson, requestProto } from "../../../testing/otlp.ts";
import { type Respond, type Sink, startSink } from "../../../testing/sink.ts";
import { startTestGateway, type TestGateway } from "../../../testing/test-gateway.ts";

/** The exporter as a client would meet it: behind a receiver, before a real server. */

const open: { shutdown(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.shutdown();
});

async function startPair(
  respond?: Respond,
  config: object = {},
): Promise<{ sink: Sink; gateway: TestGateway }> {
  const sink = await startSink(respond);
  open.push({ shutdown: () => sink.close() });
  return { sink, gateway: await startBefore(sink.url, config) };
}

/** Retries quickly, so that tests do, and not before a busy machine gives up. */
const FAST = { initial_interval: "5ms", max_interval: "20ms", max_elapsed_time: "30s" };

/** Gives up soon. */
const BRIEF = { retry_on_failure: { ...FAST, max_elapsed_time: "300ms" } };

async function startBefore(endpoint: string, config: object = {}): Promise<TestGateway> {
  const gateway = await startTestGateway({
    exporters: { otlphttp: { endpoint, retry_on_failure: FAST, ...config } },
  });
  open.push(gateway);
  return gateway;
}

function send(
  gateway: TestGateway,
  body: Uint8Array = requestProto("logs"),
  path = "/v1/logs",
): Promise<Response> {
  const headers = { "content-type": "application/x-protobuf" };
  return fetch(`${gateway.url}${path}`, { method: "POST", headers, body: new Uint8Array(body) });
}

async function metricsOf(gateway: TestGateway): Promise<string> {
  return await (await fetch(gateway.metricsUrl!)).text();
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = ""): Respond =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

test.each(SIGNALS)("%s arrive at their path, redacted, with the headers OTLP asks for", async (signal) => {
  const { sink, gateway } = await startPair();
  const response = await send(gateway, requestProto(signal, ["from jane@example.com"]), PATHS[signal]);
  expect(response.status).toBe(200);
  expect(sink.requests[0]?.path).toBe(PATHS[signal]);
  expect(sink.requests[0]?.headers).toMatchObject({
    "content-type": "application/x-protobuf",
    "content-encoding": "gzip",
    "user-agent": expect.stringMatching(/^Scrim\/\d.* OTel-OTLP-Exporter-JavaScript\/\d/),
  });
  expect(sink.requests[0]?.headers["accept-encoding"]).toBeUndefined();
  expect(sink.requests[0]?.body.toString()).not.toContain("jane@example.com");
});

test("JSON arrives as the protobuf it stands for", async () => {
  const { sink, gateway } = await startPair();
  const headers = { "content-type": "application/json" };
  await fetch(`${gateway.url}/v1/logs`, { method: "POST", headers, body: requestJson("logs").toString() });
  expect(sink.requests[0]?.body).toEqual(requestProto("logs"));
});

test.each(["gzip", "zstd", "none"])("compression %s is what the destination gets", async (compression) => {
  const { sink, gateway } = await startPair(undefined, { compression });
  await send(gateway);
  expect(sink.requests[0]?.headers["content-encoding"]).toBe(
    compression === "none" ? undefined : compression,
  );
  expect(sink.requests[0]?.body).toEqual(requestProto("logs"));
});

test("an endpoint's path is kept, and a signal's own endpoint is used as it is", async () => {
  const sink = await startSink();
  open.push({ shutdown: () => sink.close() });
  const gateway = await startBefore(`${sink.url}/tenant/a/`, { traces_endpoint: `${sink.url}/spans?x=1` });
  await send(gateway);
  await send(gateway, requestProto("traces"), "/v1/traces");
  expect(sink.requests.map(({ path }) => path)).toEqual(["/tenant/a/v1/logs", "/spans?x=1"]);
});

test("80: one connection serves many requests", async () => {
  const { sink, gateway } = await startPair();
  for (let n = 0; n < 5; n++) await send(gateway);
  expect([sink.requests.length, sink.connections()]).toEqual([5, 1]);
});

test("27: a request over the limit is not sent, and counted", async () => {
  const { sink, gateway } = await startPair(undefined, { max_request_body_size: 20 });
  expect((await send(gateway)).status).toBe(500);
  expect(sink.connections()).toBe(0);
  expect(await metricsOf(gateway)).toContain(
    'scrim_exporter_failures_total{exporter="otlphttp",reason="request_too_large"} 1',
  );
});

const oversized: readonly [name: string, respond: Respond][] = [
  [
    "endless",
    (response) => {
      response.writeHead(200, { "content-type": "application/x-protobuf" });
      response.on("error", () => {});
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", pour);
      pour();
    },
  ],
  [
    "a bomb",
    (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(1e7))),
  ],
];
test.each(oversized)(
  "29, 30: a response that is %s is cut off, counted, and not tried again",
  async (_, respond) => {
    const { sink, gateway } = await startPair(respond, {
      max_response_body_size: "1MiB",
      retry_on_failure: { ...FAST, max_elapsed_time: "30s" }, // inflating takes its time on a busy machine
    });
    expect((await send(gateway)).status).toBe(500);
    expect(sink.requests).toHaveLength(1);
    expect(await metricsOf(gateway)).toContain('reason="response_too_large"} 1');
  },
);

test("38: success is answered only after the destination's", async () => {
  let release = () => {};
  const { gateway } = await startPair((response) => {
    release = () => response.writeHead(200).end();
  });
  let answered = false;
  const response = send(gateway).then(({ status }) => {
    answered = true;
    return status;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(answered).toBe(false);
  release();
  expect(await response).toBe(200);
});

test("46, 47: a partial success is not tried again, counted, and told to the client", async () => {
  const partial = Buffer.from([0x0a, 0x02, 0x08, 0x02]); // rejected_log_records: 2
  const { sink, gateway } = await startPair((response) =>
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end(partial),
  );
  const response = await send(gateway, requestProto("logs", ["a", "b", "c"]));
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).subarray(2, 4)).toEqual(Buffer.of(0x08, 2));
  expect(sink.requests).toHaveLength(1);
  const metrics = await metricsOf(gateway);
  expect(metrics).toContain('scrim_exporter_rejected_items_total{exporter="otlphttp"} 2');
  expect(metrics).toContain('otelcol_exporter_sent_log_records_total{exporter="otlphttp"} 1');
  expect(metrics).toContain('dropped_items_total{pipeline="logs",reason="rejected_by_destination"} 2');
});

test.each([429, 502, 503, 504])("75: %i is tried again until it succeeds", async (status) => {
  const { sink, gateway } = await startPair((response, nth) =>
    response.writeHead(nth < 2 ? status : 200).end(),
  );
  expect((await send(gateway)).status).toBe(200);
  expect(sink.requests).toHaveLength(3);
});

test.each([301, 307, 308, 400, 401, 403, 404, 408, 413, 415, 418, 500, 501, 505, 599])(
  "75, 79, 81: %i is final",
  async (status) => {
    const { sink, gateway } = await startPair(
      answering(status, { location: "http://127.0.0.1:1/elsewhere" }),
    );
    expect((await send(gateway)).status).toBe(500);
    expect(sink.requests).toHaveLength(1);
  },
);

test("76: a Retry-After that fits is waited for", async () => {
  const { sink, gateway } = await startPair(
    (response, nth) => response.writeHead(nth === 0 ? 503 : 200, { "retry-after": "1" }).end(),
    { retry_on_failure: { initial_interval: "1ms", max_elapsed_time: "3s" } },
  );
  const start = performance.now();
  expect((await send(gateway)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(1_000);
  expect(sink.requests).toHaveLength(2);
});

test("76: a Retry-After that does not fit is passed on to the client at once", async () => {
  const { gateway } = await startPair(answering(503, { "retry-after": "30" }), BRIEF);
  const start = performance.now();
  const response = await send(gateway);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "30"]);
});

test("78: a connection that breaks without an answer is tried again", async () => {
  const { sink, gateway } = await startPair((response, nth) => {
    if (nth < 2) response.destroy();
    else response.writeHead(200).end();
  });
  expect((await send(gateway)).status).toBe(200);
  expect(sink.requests).toHaveLength(3);
});

test("a destination that can't be reached: tried again until the time is up, then 503 with Retry-After", async () => {
  const gateway = await startBefore("http://127.0.0.1:9", BRIEF);
  const start = performance.now();
  const response = await send(gateway);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  const metrics = await metricsOf(gateway);
  expect(metrics).toContain('otelcol_receiver_refused_log_records_total{receiver="otlp",transport="http"} 1');
  expect(metrics).not.toContain("otelcol_receiver_accepted_log_records_total");
  expect(metrics).toContain('otelcol_exporter_send_failed_log_records_total{exporter="otlphttp"} 1');
});

test("a destination that comes back while there is time gets the batch", async () => {
  const { sink, gateway } = await startPair(undefined, {
    retry_on_failure: { initial_interval: "50ms", max_interval: "100ms" },
  });
  await sink.close();
  const response = send(gateway);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const reborn = await startSink(undefined, sink.port);
  open.push({ shutdown: () => reborn.close() });
  expect((await response).status).toBe(200);
  expect(reborn.requests).toHaveLength(1);
});

test("a destination that never answers is given up when the time is up", async () => {
  const { gateway } = await startPair(() => {}, BRIEF);
  const start = performance.now();
  expect((await send(gateway)).status).toBe(503);
  expect(performance.now() - start).toBeLessThan(5_000);
});

const invalid: readonly [name: string, config: object, path: string][] = [
  ["no endpoint", {}, "exporters.otlphttp"],
  ["no URL", { endpoint: "localhost:4318" }, "exporters.otlphttp.endpoint"],
  ["a password in the URL", { endpoint: "http://u:p@host" }, "exporters.otlphttp.endpoint"],
  [
    "a header of its own",
    { endpoint: "http://h", headers: { "Content-Type": "x" } },
    "exporters.otlphttp.headers.Content-Type",
  ],
  [
    "a header with a line break",
    { endpoint: "http://h", headers: { a: "b\r\nc: d" } },
    "exporters.otlphttp.headers.a",
  ],
  [
    "a CA that isn't there",
    { endpoint: "https://h", tls: { ca_file: "no.pem" } },
    "exporters.otlphttp.tls.ca_file",
  ],
];
test.each(invalid)("%s stops the start", async (_, config, path) => {
  const error = await startTestGateway({ exporters: { otlphttp: config } }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatingError);
  expect(error).toMatchObject({ path });
});
