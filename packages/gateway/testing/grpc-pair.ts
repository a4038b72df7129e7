import { otlpExporter } from "../src/exporters/otlp/otlp-exporter.ts";
import { type GrpcSink, type GrpcSinkOptions, type RespondGrpc, startGrpcSink } from "./grpc-sink.ts";
import { Opened } from "./opened.ts";
import { startTestExporter, type TestExporter } from "./test-exporter.ts";

/** gRPC servers and exporters before them, closed when a test ends. */
export class GrpcOpened extends Opened {
  async grpcSink(respond?: RespondGrpc, options?: GrpcSinkOptions): Promise<GrpcSink> {
    return this.add(await startGrpcSink(respond, options), (sink) => sink.close());
  }

  /** An exporter without TLS. */
  async grpcExporter(endpoint: string, config: object = {}): Promise<TestExporter> {
    const whole = { endpoint, tls: { insecure: true }, ...config };
    return this.add(await startTestExporter(otlpExporter, whole), (exporter) => exporter.shutdown());
  }

  async grpcPair(
    respond?: RespondGrpc,
    config?: object,
    options?: GrpcSinkOptions,
  ): Promise<{ sink: GrpcSink; exporter: TestExporter }> {
    const sink = await this.grpcSink(respond, options);
    return { sink, exporter: await this.grpcExporter(sink.endpoint, config) };
  }
}
