import * as grpc from "@grpc/grpc-js";
import { SIGNALS } from "@scrim/wire";
import { afterEach, expect, test } from "vitest";
import { GrpcOpened } from "../../../testing/grpc-pair.ts";
import { requestProto } from "../../../testing/otlp.ts";

/** Before gRPC's own server, which is not of our making. */

const opened = new GrpcOpened();
afterEach(() => opened.closeAll());

const SERVICES = [
  "opentelemetry.proto.collector.logs.v1.LogsService",
  "opentelemetry.proto.collector.trace.v1.TraceService",
  "opentelemetry.proto.collector.metrics.v1.MetricsService",
  "opentelemetry.proto.collector.profiles.v1development.ProfilesService",
];

const RAW = { requestStream: false, responseStream: false } as const;
const asIs = (bytes: Buffer) => bytes;

type Handler = grpc.handleUnaryCall<Buffer, Buffer>;

async function startServer(handle: Handler, options: grpc.ServerOptions = {}): Promise<string> {
  const server = new grpc.Server(options);
  for (const service of SERVICES) {
    const serializers = {
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    server.addService(
      { Export: { path: `/${service}/Export`, ...RAW, ...serializers } },
      { Export: handle as grpc.UntypedHandleCall },
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  opened.add(server, async () => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

const DELIVERED = { status: "delivered", rejected: 0 };

test.each(["gzip", "none"])("all signals arrive, with compression %s", async (compression) => {
  const received: Buffer[] = [];
  const endpoint = await startServer((call, done) => {
    received.push(call.request);
    expect(call.metadata.get("x-tenant")).toEqual(["a"]);
    expect(Number(call.getDeadline()) - Date.now()).toBeLessThanOrEqual(30_000);
    done(null, Buffer.alloc(0));
  });
  const exporter = await opened.grpcExporter(endpoint, { compression, headers: { "x-tenant": "a" } });
  for (const signal of SIGNALS) expect(await exporter.attempt({ signal })).toEqual(DELIVERED);
  expect(received).toEqual(SIGNALS.map((signal) => requestProto(signal)));
});

test("a request over the server's limit is final, and one within it is not", async () => {
  const endpoint = await startServer((_, done) => done(null, Buffer.alloc(0)));
  const exporter = await opened.grpcExporter(endpoint, { compression: "none" });
  const large = requestProto("logs", ["x".repeat(4 * 1024 * 1024)]);
  expect(await exporter.attempt({ bytes: large })).toEqual({
    status: "failed",
    retryable: false,
    reason: "resource_exhausted",
  });
  const fits = requestProto("logs", ["x".repeat(4 * 1024 * 1024 - 1024)]);
  expect(await exporter.attempt({ bytes: fits })).toEqual(DELIVERED);
});

test("an error with RetryInfo says how long to wait", async () => {
  const retryInfo = Buffer.from("0a020802", "hex"); // 2 s
  const type = Buffer.from("type.googleapis.com/google.rpc.RetryInfo");
  const any = Buffer.concat([
    Buffer.of(0x0a, type.length),
    type,
    Buffer.of(0x12, retryInfo.length),
    retryInfo,
  ]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.concat([Buffer.of(0x1a, any.length), any]));
  const endpoint = await startServer((_, done) =>
    done({ code: grpc.status.RESOURCE_EXHAUSTED, details: "busy", metadata }),
  );
  const exporter = await opened.grpcExporter(endpoint);
  expect(await exporter.attempt()).toMatchObject({ retryable: true, retry_after_ms: 2_000 });
});

test("a service that isn't there is final", async () => {
  const server = new grpc.Server();
  const port = await new Promise<number>((resolve) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, bound) => resolve(bound)),
  );
  opened.add(server, async () => server.forceShutdown());
  const exporter = await opened.grpcExporter(`127.0.0.1:${port}`);
  expect(await exporter.attempt()).toMatchObject({ retryable: false, reason: "unimplemented" });
});

test("connections that the server ends for their age cost no call", async () => {
  let served = 0;
  const endpoint = await startServer(
    (_, done) => {
      served++;
      setTimeout(() => done(null, Buffer.alloc(0)), 20);
    },
    { "grpc.max_connection_age_ms": 100, "grpc.max_connection_age_grace_ms": 10_000 },
  );
  const exporter = await opened.grpcExporter(endpoint);
  const until = performance.now() + 2_000;
  const one = async () => {
    while (performance.now() < until) expect(await exporter.attempt()).toEqual(DELIVERED);
  };
  await Promise.all(Array.from({ length: 5 }, one));
  expect(served).toBeGreaterThan(100);
});
