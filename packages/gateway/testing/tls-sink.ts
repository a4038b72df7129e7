import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureContextOptions, TLSSocket, TlsOptions } from "node:tls";
import { otlpExporter } from "../src/exporters/otlp/otlp-exporter.ts";
import { otlpHttpExporter } from "../src/exporters/otlphttp/otlphttp-exporter.ts";
import { startGrpcSink } from "./grpc-sink.ts";
import { startTestExporter, type TestExporter } from "./test-exporter.ts";

export const TRANSPORTS = ["grpc", "http"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A destination with TLS, for both exporters. */
export interface TlsSink {
  readonly port: number;
  /** Who has connected, by the certificate that was shown; empty for none. */
  readonly clients: readonly string[];
  close(): Promise<void>;
}

type ServerTls = TlsOptions & SecureContextOptions;

export async function startTlsSink(transport: Transport, options: ServerTls): Promise<TlsSink> {
  const clients: string[] = [];
  const noteClient = (socket: TLSSocket) => {
    clients.push(socket.getPeerCertificate()?.subject?.CN?.toString() ?? "");
  };
  if (transport === "grpc") {
    const server = http2.createSecureServer({ ...options, allowHTTP1: false });
    server.on("secureConnection", noteClient);
    server.on("tlsClientError", () => {});
    const sink = await startGrpcSink(undefined, { server });
    return { port: sink.port, clients, close: () => sink.close() };
  }
  const server = https.createServer(options, (request, response) => {
    request.resume().on("end", () => response.writeHead(200).end());
  });
  server.on("secureConnection", noteClient);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An exporter that sends to a server on this machine under the name `localhost`. */
export async function startTlsExporter(
  transport: Transport,
  port: number,
  tls: object,
  baseDir: string,
): Promise<TestExporter> {
  const config = { endpoint: `https://localhost:${port}`, tls };
  return transport === "grpc"
    ? await startTestExporter(otlpExporter, config, baseDir)
    : await startTestExporter(otlpHttpExporter, config, baseDir);
}
