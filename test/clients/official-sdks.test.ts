import { type Gateway, startGateway } from "@scrim/gateway";
import { countItems, SIGNALS, type Signal } from "@scrim/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";
import { OFFICIAL_SDKS, type PreparedSdk, prepareSdk } from "./official-sdk.ts";

const SECRET = "john.smith@example.com";

let sink: Sink;
let gateway: Gateway;

beforeAll(async () => {
  sink = await startSink();
  const pipeline = { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "delivered" };
  gateway = await startGateway({
    config: {
      receivers: {
        otlp: {
          protocols: { http: { endpoint: "127.0.0.1:0" }, grpc: { endpoint: "127.0.0.1:0" } },
        },
      },
      processors: { policy: {} },
      exporters: { otlphttp: { endpoint: sink.url, retry_on_failure: { enabled: false } } },
      service: {
        extensions: [],
        telemetry: { metrics: { level: "none" } },
        pipelines: Object.fromEntries(SIGNALS.map((signal) => [signal, pipeline])),
      },
    },
  });
});
afterAll(async () => {
  await gateway.shutdown();
  await sink.close();
});
beforeEach(() => {
  (sink.received as unknown[]).length = 0;
  sink.status = 200;
});

/** Log records and spans that came, and whether the metric did: SDKs add some about themselves. */
function arrived(): { readonly logs: number; readonly traces: number; readonly hasPayments: boolean } {
  const of = (signal: Signal) =>
    sink.received.filter(({ path }) => path === `/v1/${signal}`).map(({ body }) => body);
  const count = (signal: Signal) => of(signal).reduce((sum, body) => sum + countItems(signal, body), 0);
  return {
    logs: count("logs"),
    traces: count("traces"),
    hasPayments: of("metrics").some((body) => body.includes("payments")),
  };
}

function expectRedacted(): void {
  const bytes = Buffer.concat(sink.received.map(({ body }) => body)).toString("latin1");
  expect(bytes).not.toContain(SECRET);
  expect(bytes).toContain("paid by ");
  expect(bytes).toContain("card of ");
}

const PROTOCOLS = ["grpc", "http/protobuf"] as const;

const environment = (protocol: (typeof PROTOCOLS)[number], compression: string) => ({
  SECRET,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://${gateway.endpoints["receivers.otlp"]![protocol === "grpc" ? "grpc" : "http"]}`,
  // That of Python over gRPC knows no "none".
  ...(compression !== "none" && { OTEL_EXPORTER_OTLP_COMPRESSION: compression }),
  OTEL_EXPORTER_OTLP_INSECURE: "true",
});

describe.each(OFFICIAL_SDKS.map((sdk) => [sdk.language, sdk] as const))(
  "the official SDK of %s",
  (_, sdk) => {
    let prepared: PreparedSdk | string;
    beforeAll(async () => {
      prepared = await prepareSdk(sdk);
    }, 900_000);
    afterAll(() => {
      if (typeof prepared !== "string") prepared?.remove();
    });

    test.for(
      PROTOCOLS.flatMap((protocol) =>
        ["none", "gzip"].map((compression) => [protocol, compression] as const),
      ),
    )(
      "9, 34: sends over %s with compression %s, and what arrives is redacted",
      { timeout: 120_000 },
      async ([protocol, compression], { skip }) => {
        if (typeof prepared === "string") return skip(prepared);
        await prepared.send(environment(protocol, compression));
        expect(arrived()).toEqual({ logs: 3, traces: 2, hasPayments: true });
        expectRedacted();
      },
    );

    test.for(PROTOCOLS)(
      "49, 73: sends again over %s what it was asked to keep",
      { timeout: 180_000 },
      async (protocol, { skip }) => {
        if (typeof prepared === "string") return skip(prepared);
        sink.status = 503;
        const sent = prepared.send(environment(protocol, "gzip"));
        setTimeout(() => (sink.status = 200), 3_000);
        await sent;
        expect(arrived()).toEqual({ logs: 3, traces: 2, hasPayments: true });
        expectRedacted();
      },
    );
  },
);
