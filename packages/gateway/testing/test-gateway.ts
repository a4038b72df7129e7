import type { Component } from "@scrim/pipeline";
import { SIGNALS } from "@scrim/wire";
import { type Gateway, startGateway } from "../src/start-gateway.ts";

export interface TestGatewayOptions {
  /** Keys of the receiver's `http`. */
  readonly http?: object;
  /** Keys of its `grpc`, which is served only if they are given. */
  readonly grpc?: object;
  /** Keys of its `limits`. */
  readonly limits?: object;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly processors?: Readonly<Record<string, unknown>>;
  readonly exporters?: Readonly<Record<string, unknown>>;
  /** Processors of every pipeline. */
  readonly chain?: readonly string[];
  /** Of every pipeline; `delivered` unless given. */
  readonly ack?: "durable" | "delivered" | "memory";
  readonly service?: object;
  readonly components?: readonly Component[];
  /** Where paths in the configuration start. */
  readonly baseDir?: string;
}

export interface TestGateway extends Gateway {
  readonly port: number;
  /** 0 where gRPC is not served. */
  readonly grpcPort: number;
  readonly url: string;
  /** What the debug exporter printed. */
  readonly printed: readonly string[];
  readonly warnings: readonly string[];
}

/** A gateway with all four signals on free ports; exports to `debug` unless told otherwise. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const exporters = options.exporters ?? { debug: { verbosity: "basic" } };
  const pipeline = {
    receivers: ["otlp"],
    processors: options.chain ?? ["policy"],
    exporters: Object.keys(exporters),
    ack: options.ack ?? "delivered",
  };
  const printed: string[] = [];
  const warnings: string[] = [];
  const gateway = await startGateway({
    config: {
      receivers: { otlp: { protocols: protocolsOf(options), limits: options.limits ?? {} } },
      processors: options.processors ?? { policy: {} },
      exporters,
      extensions: options.extensions ?? {},
      service: {
        extensions: Object.keys(options.extensions ?? {}),
        telemetry: { metrics: { address: "127.0.0.1:0" } },
        pipelines: Object.fromEntries(SIGNALS.map((signal) => [signal, pipeline])),
        ...options.service,
      },
    },
    components: options.components ?? [],
    ...(options.baseDir !== undefined && { baseDir: options.baseDir }),
    log: { info: () => {}, warn: (message) => warnings.push(message) },
    print: (text) => printed.push(text),
  });
  const { http: endpoint = "", grpc = "" } = gateway.endpoints["receivers.otlp"]!;
  return {
    ...gateway,
    port: Number(endpoint.split(":").at(-1)),
    grpcPort: Number(grpc.split(":").at(-1)),
    url: `http://${endpoint}`,
    printed,
    warnings,
  };
}

function protocolsOf({ http, grpc }: TestGatewayOptions): object {
  return {
    http: { endpoint: "127.0.0.1:0", ...http },
    ...(grpc === undefined ? {} : { grpc: { endpoint: "127.0.0.1:0", ...grpc } }),
  };
}
