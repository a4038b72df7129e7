import { join } from "node:path";
import type { Encoding, Protocol } from "./load-request.ts";
import type { GatewayProgram } from "./measured-gateway.ts";
import { ruleKeys } from "./rules.ts";

export type AckMode = "delivered" | "durable" | "memory";

/** What a measurement is about. */
export interface Setup {
  /** From the client to the gateway and from there to the destination. */
  readonly protocol: Protocol;
  readonly encoding: Encoding;
  readonly rules: number;
  readonly ack: AckMode;
}

/** What differs from a plain gateway. */
export interface MoreConfig {
  /** Of the receiver. */
  readonly http?: object;
  /** Of the receiver. */
  readonly limits?: object;
  readonly spool?: object;
  readonly service?: object;
}

const ROOT = join(import.meta.dirname, "../..");
const LISTEN = { endpoint: "127.0.0.1:0" };

/** `scrim gateway`: from source, unless `SCRIM_MAIN` names another program, with the flags for Node in `SCRIM_NODE_FLAGS`. */
export function scrimProgram(setup: Setup, sinkPort: number, more: MoreConfig = {}): GatewayProgram {
  return {
    config: JSON.stringify(scrimConfig(setup, sinkPort, more), undefined, 2),
    command: (file) => [
      process.execPath,
      ...(process.env.SCRIM_NODE_FLAGS?.split(" ") ?? []),
      process.env.SCRIM_MAIN ?? join(ROOT, "packages/cli/src/main.ts"),
      ...["gateway", "-c", file],
    ],
    env: { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node-compile") },
    ready(output) {
      if (!/^gateway: ready/m.test(output)) return undefined;
      const port = (pattern: RegExp) => Number(pattern.exec(output)![1]);
      return {
        http: port(/otlp listens on http:\/\/127\.0\.0\.1:(\d+)/),
        grpc: port(/otlp listens on grpc:\/\/127\.0\.0\.1:(\d+)/),
        metrics: port(/metrics on http:\/\/127\.0\.0\.1:(\d+)/),
      };
    },
  };
}

/** A variable of the configuration: the folder is made when the gateway starts. */
const SPOOL = `\${env:SCRIM_BENCH_FOLDER}/spool`;

function scrimConfig({ protocol, encoding, rules, ack }: Setup, sinkPort: number, more: MoreConfig): object {
  const exporter = protocol === "http" ? "otlphttp" : "otlp";
  return {
    receivers: {
      otlp: { protocols: { http: { ...LISTEN, ...more.http }, grpc: LISTEN }, limits: more.limits ?? {} },
    },
    processors: { policy: rules === 0 ? {} : { policy: policyOf(rules) } },
    exporters: {
      [exporter]: {
        endpoint: protocol === "http" ? `http://127.0.0.1:${sinkPort}` : `127.0.0.1:${sinkPort}`,
        compression: encoding,
        ...(protocol === "grpc" && { tls: { insecure: true } }),
      },
    },
    service: {
      extensions: [],
      spool: { directory: SPOOL, ...more.spool },
      telemetry: { metrics: { address: "127.0.0.1:0" } },
      pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: [exporter], ack } },
      ...more.service,
    },
  };
}

/** The default policy, and before it rules that mask what stands under their keys. */
function policyOf(rules: number): object {
  return { version: 1, rules: ruleKeys(rules).map((attribute) => ({ attribute, action: "mask" })) };
}
