/**
 * Runs in an empty project with our packed tarballs and the SDK of one major, which `sdk.mjs` beside it names: the SDK's own exporters
 * send over every protocol through a gateway to a sink. Prints what it proved; throws where something is lost or leaks.
 */
import assert from "node:assert/strict";
import { OTLPLogExporter as Grpc } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as Json } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as Proto } from "@opentelemetry/exporter-logs-otlp-proto";
import { startGateway } from "@scrim/gateway";
import { countItems, protoToJson } from "@scrim/wire";
import * as sdk from "./sdk.mjs";
import { startSink } from "./sink.ts";

const SECRET = "jane@leak.example";
const RECORDS = 5;

const sink = await startSink();
const gateway = await startGateway({
  config: {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: "127.0.0.1:0" }, http: { endpoint: "127.0.0.1:0" } } },
    },
    processors: { policy: {} },
    exporters: { otlphttp: { endpoint: sink.url } },
    service: {
      extensions: [],
      telemetry: { metrics: { level: "none" } },
      pipelines: {
        logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "delivered" },
      },
    },
  },
});
const { grpc, http } = gateway.endpoints["receivers.otlp"];

for (const [name, Exporter, url] of [
  ["gRPC", Grpc, `http://${grpc}`],
  ["HTTP/JSON", Json, `http://${http}/v1/logs`],
  ["HTTP/protobuf", Proto, `http://${http}/v1/logs`],
]) {
  for (const compression of ["none", "gzip"]) {
    sink.received.length = 0;
    const exporter = new Exporter({ url, compression });
    const provider = new sdk.LoggerProvider({
      processors: [new sdk.BatchLogRecordProcessor(sdk.processorOptions(exporter))],
    });
    for (let n = 0; n < RECORDS; n++)
      provider.getLogger("app").emit({ body: `paid by ${SECRET}`, attributes: { n } });
    await provider.forceFlush();
    await provider.shutdown();
    const bodies = sink.received.map(({ body }) => body);
    const items = bodies.reduce((sum, body) => sum + countItems("logs", body), 0);
    assert.equal(items, RECORDS, `${name} ${compression}`);
    const text = bodies.map((body) => protoToJson("logs", body)).join("");
    assert(text.includes("paid by [REDACTED:email]") && !text.includes(SECRET), `${name} ${compression}`);
  }
}
await gateway.shutdown();
await sink.close();
console.log(`packed: exporters of ${sdk.NAME} send over gRPC, HTTP/JSON and HTTP/protobuf`);
