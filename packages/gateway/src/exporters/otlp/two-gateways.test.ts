import { SIGNALS } from "@scrim/wire";
import { afterAll, afterEach, expect, test } from "vitest";
import { Opened } from "../../../testing/opened.ts";
import { PATHS, requestProto } from "../../../testing/otlp.ts";
import { startSink } from "../../../testing/sink.ts";
import { startTestGateway } from "../../../testing/test-gateway.ts";
import { createAuthority } from "../../../testing/tls-files.ts";

/** From one gateway to the next over gRPC, as between tiers. */

const authority = createAuthority();
afterAll(() => authority.remove());

const opened = new Opened();
afterEach(() => opened.closeAll());

async function startGateway(options: Parameters<typeof startTestGateway>[0]) {
  return opened.add(await startTestGateway({ baseDir: authority.folder, ...options }), (one) =>
    one.shutdown(),
  );
}

for (const name of ["server", "client"]) authority.sign(name);
const CLIENT_TLS = { ca_file: "ca.pem", cert_file: "client.pem", key_file: "client.key" };
const SERVER_TLS = { cert_file: "server.pem", key_file: "server.key", client_ca_file: "ca.pem" };

const WAYS: readonly [name: string, grpc: object, exporter: (port: number) => object][] = [
  ["without TLS", {}, (port) => ({ endpoint: `127.0.0.1:${port}`, tls: { insecure: true } })],
  ["zstd", {}, (port) => ({ endpoint: `http://127.0.0.1:${port}`, compression: "zstd" })],
  [
    "both with certificates",
    { tls: SERVER_TLS },
    (port) => ({ endpoint: `localhost:${port}`, tls: CLIENT_TLS }),
  ],
];

test.each(WAYS)("all signals pass: %s", async (_, grpc, exporter) => {
  const sink = opened.add(await startSink(), (one) => one.close());
  const last = await startGateway({ grpc, exporters: { otlphttp: { endpoint: sink.url } } });
  const first = await startGateway({ exporters: { otlp: exporter(last.grpcPort) } });
  for (const signal of SIGNALS) {
    const headers = { "content-type": "application/x-protobuf" };
    const body = new Uint8Array(requestProto(signal, ["from jane@example.com"]));
    const { status } = await fetch(`${first.url}${PATHS[signal]}`, { method: "POST", headers, body });
    expect([signal, status]).toEqual([signal, 200]);
  }
  expect(sink.requests.map(({ path }) => path)).toEqual(SIGNALS.map((signal) => PATHS[signal]));
  for (const { body } of sink.requests) expect(body.toString()).not.toContain("jane@example.com");
});

test("a gateway that can't deliver says for how long it wants to be left alone, and is", async () => {
  const sink = opened.add(
    await startSink((response) => response.writeHead(503, { "retry-after": "7" }).end()),
    (one) => one.close(),
  );
  const last = await startGateway({ grpc: {}, exporters: { otlphttp: { endpoint: sink.url } } });
  const exporter = { endpoint: `http://127.0.0.1:${last.grpcPort}` };
  const first = await startGateway({ exporters: { otlp: exporter } });
  const headers = { "content-type": "application/x-protobuf" };
  const body = new Uint8Array(requestProto("logs"));
  const response = await fetch(`${first.url}${PATHS.logs}`, { method: "POST", headers, body });
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(7);
  expect(sink.requests).toHaveLength(1);
});
