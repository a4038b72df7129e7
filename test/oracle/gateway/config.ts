import { compilePolicy, defaultPlan, definePolicy, type Plan, type PolicySettings } from "@scrim/policy";
import { WORKER_HEADER } from "../destination/sink.ts";
import { NUMBER_KEY, PLAIN_KEY } from "../records/issued-record.ts";
import type { Hosts } from "../sandbox/links.ts";
import type { ListenPorts } from "./free-ports.ts";

/** What a destination speaks. */
export type Protocol = "http" | "grpc";

export type AckMode = "delivered" | "durable" | "memory";

/** The policies that a run may have in force. */
const POLICIES: Readonly<Record<string, PolicySettings>> = {
  default: { version: 1 } as PolicySettings,
  deny: {
    version: 1,
    unknown: "drop",
    rules: [{ attribute: [NUMBER_KEY, PLAIN_KEY], action: "scan" }],
  } as unknown as PolicySettings,
  masked: {
    version: 1,
    unknown: "mask",
    rules: [{ attribute: [NUMBER_KEY, PLAIN_KEY], action: "scan" }],
  } as unknown as PolicySettings,
  hashes: {
    version: 1,
    classes: { direct_identifier: "hash", credential: { replace: "gone" } },
  } as unknown as PolicySettings,
};

export type PolicyName = "default" | "deny" | "masked" | "hashes";
export const POLICY_NAMES: readonly PolicyName[] = ["default", "deny", "masked", "hashes"];

/** What a gateway with that policy goes by. */
export function planOf(name: PolicyName): Plan {
  return name === "default" ? defaultPlan() : compilePolicy([definePolicy(POLICIES[name]!, name)]);
}

/** What of a gateway's configuration differs from run to run. */
export interface GatewayPlan {
  readonly ack: AckMode;
  readonly policy: PolicyName;
  readonly compression: "gzip" | "zstd" | "none";
  readonly destinations: readonly Protocol[];
  readonly batch: { readonly flush_timeout: string; readonly min_size: string };
  readonly num_consumers: number;
  readonly workers: number;
  /** Whether it runs in a network namespace of its own, where links can be cut. */
  readonly links: boolean;
  /** Whether its spool has a disk of its own, which can be full. */
  readonly disk: boolean;
}

export interface GatewayPlaces {
  readonly hosts: Hosts;
  readonly ports: ListenPorts;
  /** The ports of the ways to the destinations. */
  readonly destinations: readonly number[];
  readonly spool: string;
}

/** What the exporter to a destination is called. */
export const exporterOf = ({ destinations }: Pick<GatewayPlan, "destinations">, destination: number) =>
  `${destinations[destination] === "grpc" ? "otlp" : "otlphttp"}/${destination}`;

/** The environment of a worker says which it is. */
const WORKER_VARIABLE = "SCRIM_GATEWAY_WORKER";

/** Small, so that segments come and go within a run. */
const SPOOL = { max_size: "16MiB", segment_size: "1MiB", min_free_space: "0B" };

/** A configuration, as JSON: YAML takes it. Waits are short, so that a run is. */
export function gatewayConfig(plan: GatewayPlan, places: GatewayPlaces): string {
  const { hosts, ports } = places;
  const take = (port: number) => ({ endpoint: `${hosts.gateway}:${port}` });
  const show = (port: number) => `${hosts.pages}:${port}`;
  const exporters = places.destinations.map((_, index) => exporterOf(plan, index));
  const pipeline = {
    receivers: ["otlp"],
    processors: ["policy"],
    exporters,
    ack: plan.ack,
  };
  return JSON.stringify(
    {
      receivers: { otlp: { protocols: { http: take(ports.http), grpc: take(ports.grpc) } } },
      processors: { policy: plan.policy === "default" ? {} : { policy: POLICIES[plan.policy] } },
      exporters: Object.fromEntries(
        places.destinations.map((port, index) => [
          exporterOf(plan, index),
          {
            endpoint: `http://${hosts.destinations}:${port}`,
            headers: { [WORKER_HEADER]: `\${env:${WORKER_VARIABLE}:-alone}` },
            compression: plan.compression,
            timeout: "3s",
            retry_on_failure: { initial_interval: "20ms", max_interval: "300ms", max_elapsed_time: "1500ms" },
            sending_queue: { num_consumers: plan.num_consumers, batch: plan.batch },
          },
        ]),
      ),
      extensions: { zpages: { endpoint: show(ports.pages) } },
      service: {
        extensions: ["zpages"],
        workers: plan.workers,
        drain_timeout: "2s",
        ...(plan.ack === "durable" && { spool: { directory: places.spool, ...SPOOL } }),
        telemetry: { metrics: { address: show(ports.metrics) }, logs: { access: true } },
        pipelines: { logs: pipeline, traces: pipeline, metrics: pipeline, profiles: pipeline },
      },
    },
    undefined,
    2,
  );
}
