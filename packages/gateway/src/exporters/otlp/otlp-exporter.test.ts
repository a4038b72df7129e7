import { gzipSync } from "node:zlib";
import { OperatingError } from "@scrim/errors";
import { SIGNALS } from "@scrim/wire";
import { afterEach, expect, test } from "vitest";
import { GrpcOpened } from "../../../testing/grpc-pair.ts";
import { framed, respondStatus } from "../../../testing/grpc-sink.ts";
import { PATHS, requestProto } from "../../../testing/otlp.ts";
import { startTestExporter } from "../../../testing/test-exporter.ts";
import { startTestGateway } from "../../../testing/test-gateway.ts";
import { otlpExporter } from "./otlp-exporter.ts";

const opened = new GrpcOpened();
afterEach(() => opened.closeAll());

const METHODS = {
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
  profiles: "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
};

test.each(SIGNALS)("82, 83: %s arrive at their method, with the headers gRPC asks for", async (signal) => {
  const { sink, exporter } = await opened.grpcPair(undefined, { headers: { "X-Tenant": "a" } });
  expect(await exporter.attempt({ signal, timeLeftMs: 1500 })).toEqual({ status: "delivered", rejected: 0 });
  expect(sink.requests).toHaveLength(1);
  expect(sink.requests[0]!.path).toBe(METHODS[signal]);
  expect(sink.requests[0]!.message).toEqual(requestProto(signal));
  expect(sink.requests[0]!.headers).toMatchObject({
    ":method": "POST",
    ":scheme": "http",
    ":authority": sink.endpoint,
    te: "trailers",
    "content-type": "application/grpc",
    "grpc-encoding": "gzip",
    "grpc-timeout": "1500m",
    "x-tenant": "a",
    "user-agent": expect.stringMatching(/^Scrim\/\d.* OTel-OTLP-Exporter-JavaScript\/\d/),
  });
  expect(sink.requests[0]!.headers["grpc-accept-encoding"]).toBeUndefined();
});

test.each(["gzip", "zstd", "none"])("compression %s is what the server gets", async (compression) => {
  const { sink, exporter } = await opened.grpcPair(undefined, { compression });
  await exporter.attempt();
  const expected = compression === "none" ? undefined : compression;
  expect(sink.requests[0]!.headers["grpc-encoding"]).toBe(expected);
  expect(sink.requests[0]!.message).toEqual(requestProto("logs"));
});

test("a request of 30 MiB passes the windows of HTTP/2", async () => {
  const bytes = requestProto("logs", ["x".repeat(30 * 1024 * 1024)]);
  const { sink, exporter } = await opened.grpcPair(undefined, { compression: "none", timeout: "5m" });
  expect(await exporter.attempt({ bytes })).toMatchObject({ status: "delivered" });
  expect(sink.requests[0]!.message.equals(bytes)).toBe(true);
});

test("36, 37: envelopes without items are not sent", async () => {
  const { sink, exporter } = await opened.grpcPair();
  expect(await exporter.attempt({ bytes: Buffer.from("0a021200", "hex") })).toMatchObject({
    status: "delivered",
  });
  expect(sink.sessions).toHaveLength(0);
});

const PARTIAL: readonly [name: string, message: string, rejected: number][] = [
  ["that rejects two", "0a020802", 2],
  ["that is empty", "0a00", 0],
  ["with a warning alone", "0a0312016f", 0],
  ["that rejects less than nothing", "0a0b08feffffffffffffffff01", 0],
  ["that comes twice", "0a0208020a020803", 3],
  ["that is cut off", "0a0508", 0],
  ["of which the counts overflow", "0a0a08ffffffffffffffff7f", Number(2n ** 63n - 1n)],
];
test.each(PARTIAL)("45, 46, 47: a partial success %s", async (_, message, rejected) => {
  const { sink, exporter } = await opened.grpcPair((stream) =>
    respondStatus(stream, 0, {}, framed(Buffer.from(message, "hex"))),
  );
  expect(await exporter.attempt()).toEqual({ status: "delivered", rejected });
  expect(sink.requests).toHaveLength(1);
});

test("an answer that is compressed though nobody asked is read", async () => {
  const { exporter } = await opened.grpcPair((stream) => {
    stream.respond(
      { ":status": 200, "content-type": "application/grpc+proto", "grpc-encoding": "gzip" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(framed(gzipSync(Buffer.from("0a020802", "hex")), 1));
  });
  expect(await exporter.attempt()).toEqual({ status: "delivered", rejected: 2 });
});

const CANARY = "canary-4711";

/** An ExportLogsServiceResponse. */
function partialSuccess(rejected: number, message: string): Buffer {
  const partial = Buffer.concat([Buffer.of(0x08, rejected, 0x12, message.length), Buffer.from(message)]);
  return Buffer.concat([Buffer.of(0x0a, partial.length), partial]);
}

test("30, 47, 133: behind a gateway failures and rejects are counted, and what the server says is nowhere", async () => {
  const sink = await opened.grpcSink((stream, nth) => {
    if (nth === 0) respondStatus(stream, 3, { "grpc-message": CANARY, [CANARY]: CANARY });
    else respondStatus(stream, 0, {}, framed(partialSuccess(2, CANARY)));
  });
  const gateway = opened.add(
    await startTestGateway({ exporters: { otlp: { endpoint: sink.endpoint, tls: { insecure: true } } } }),
    (one) => one.shutdown(),
  );
  const send = async () => {
    const headers = { "content-type": "application/x-protobuf" };
    const body = new Uint8Array(requestProto("logs", ["a", "b", "from jane@example.com"]));
    return (await fetch(`${gateway.url}${PATHS.logs}`, { method: "POST", headers, body })).status;
  };
  expect([await send(), await send()]).toEqual([500, 200]);
  expect(sink.requests).toHaveLength(2);
  expect(sink.requests[1]!.message.toString()).not.toContain("jane@example.com");
  const metrics = await (await fetch(gateway.metricsUrl!)).text();
  expect(metrics).toContain('scrim_exporter_failures_total{exporter="otlp",reason="invalid_argument"} 1');
  expect(metrics).toContain('scrim_exporter_rejected_items_total{exporter="otlp"} 2');
  expect(JSON.stringify([metrics, gateway.warnings, gateway.printed])).not.toContain(CANARY);
});

const INVALID: readonly [name: string, config: object, path: string, says: RegExp][] = [
  ["no endpoint", {}, "", /missing/],
  ["a host without a port", { endpoint: "collector" }, ".endpoint", /host:port/],
  ["port 0", { endpoint: "collector:0" }, ".endpoint", /host:port/],
  ["a path", { endpoint: "http://collector:4317/v1/logs" }, ".endpoint", /without path/],
  ["a password", { endpoint: "https://u:p@collector:4317" }, ".endpoint", /password/],
  ["another scheme", { endpoint: "dns:///collector:4317" }, ".endpoint", /host:port/],
  ["the metadata service", { endpoint: "169.254.169.254:80" }, ".endpoint", /link-local/],
  ["the metadata service in other words", { endpoint: "http://0xa9fea9fe" }, ".endpoint", /link-local/],
  ["the metadata service as IPv6", { endpoint: "[::ffff:169.254.169.254]:80" }, ".endpoint", /link-local/],
  [
    "a header of gRPC",
    { endpoint: "h:1", headers: { "grpc-timeout": "1S" } },
    ".headers.grpc-timeout",
    /set by/,
  ],
  [
    "a header with a line break",
    { endpoint: "h:1", headers: { a: "b\r\nc: d" } },
    ".headers.a",
    /HTTP allows/,
  ],
  [
    "no verification",
    { endpoint: "h:1", tls: { insecure_skip_verify: true } },
    ".tls.insecure_skip_verify",
    /always/,
  ],
  [
    "a certificate without a key",
    { endpoint: "h:1", tls: { cert_file: "c.pem" } },
    ".tls.key_file",
    /together/,
  ],
  ["a CA that isn't there", { endpoint: "h:1", tls: { ca_file: "no.pem" } }, ".tls.ca_file", /ENOENT/],
];
test.each(INVALID)("%s stops the start", async (_, config, path, says) => {
  const error = await startTestExporter(otlpExporter, config).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OperatingError);
  expect((error as OperatingError).path).toMatch(
    new RegExp(`^exporters\\.otlp_grpc${path.replaceAll(".", "\\.")}`),
  );
  expect((error as OperatingError).message).toMatch(says);
});

test("a name that leads to the metadata service is refused when it is looked up", async () => {
  const exporter = await opened.grpcExporter("0xa9fea9fe:80");
  expect(await exporter.attempt()).toEqual({ status: "failed", retryable: true, reason: "address_refused" });
});
