import type { SinkBehaviour } from "./destination/sink.ts";
import type { NetworkFault } from "./faults/fault-proxy.ts";
import { type AckMode, type GatewayPlan, POLICY_NAMES, type PolicyName } from "./gateway/config.ts";
import type { InnerFaults } from "./gateway/gateway-process.ts";
import type { Client, LanePlan } from "./issuer/lane.ts";
import type { ConfigChange, LifePlan, Plan, TimedFault } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";

const ACK_MODES: readonly AckMode[] = ["durable", "durable", "delivered", "memory"];
const CLIENTS: readonly Client[] = ["sdk/protobuf", "sdk/json", "sdk/grpc", "raw"];

/** Steps of a batch's way at which the process may end; see `batch-steps.ts` of @scrim/pipeline. */
const STEPS = [
  "received",
  "processed",
  "queued",
  "decided",
  "answered",
  "taken",
  "attempted",
  "judged",
  "settled",
  "dead_lettered",
] as const;

/** What a seed stands for below those of `widePlan`, which builds on it: runs of it are in the table, so it stays as it is. */
export function narrowPlan(seed: number): Plan {
  const random = createRandom(seed);
  const gateway = gatewayPlan(random.fork("gateway"));
  return {
    seed,
    gateway,
    lanes: lanePlans(random.fork("lanes")),
    lives: lifePlans(random.fork("lives"), gateway),
  };
}

function gatewayPlan(random: Random): GatewayPlan {
  return {
    ack: random.pick(ACK_MODES),
    policy: random.pick(POLICY_NAMES) satisfies PolicyName,
    compression: random.pick(["gzip", "zstd", "none"] as const),
    destinations: random.chance(0.3) ? ["http", "http"] : ["http"],
    batch: {
      flush_timeout: random.pick(["0s", "20ms", "100ms"]),
      min_size: random.pick(["0B", "4KiB", "1MiB"]),
    },
    num_consumers: random.pick([1, 2, 10]),
    workers: 1,
    links: false,
    disk: false,
  };
}

function lanePlans(random: Random): LanePlan[] {
  return Array.from({ length: random.int(2, 4) }, (_, index) => {
    const client = random.pick(CLIENTS);
    const sent =
      client === "raw"
        ? ({ client, signal: "logs" } as const)
        : ({ client, signal: random.pick(["logs", "traces", "metrics"] as const) } as const);
    return {
      name: `lane-${index}`,
      ...sent,
      compression: random.pick(["none", "gzip"] as const),
      records_per_request: random.pick([1, 3, 10, 25]),
      pace_ms: random.pick([5, 15, 40]),
      padding: random.chance(0.2) ? random.int(500, 5_000) : 0,
      timeout_ms: random.pick([500, 1_000, 1_800]),
    };
  });
}

/** Starting takes most of a run. */
const LIVES = [1, 1, 1, 2, 2, 2, 2, 3];

function lifePlans(random: Random, { destinations, ack }: GatewayPlan): LifePlan[] {
  const count = random.pick(LIVES);
  const isDurable = ack === "durable";
  return Array.from({ length: count }, (_, index): LifePlan => {
    const isLast = index === count - 1;
    const window_ms = random.int(500, 1_500);
    const faults = Array.from({ length: random.int(isLast ? 1 : 0, 4) }, () =>
      timedFault(random, window_ms, destinations.length),
    ).toSorted((a, b) => a.at_ms - b.at_ms);
    const end = isLast ? "stay" : random.chance(0.75) ? "kill" : "terminate";
    // What it costs is only counted by a life that is looked at to its end.
    const isDamaged = isDurable && index === count - 2 && random.chance(0.25);
    const damage = isDamaged
      ? { kind: random.pick(["bit_flip", "torn_tail"] as const), at: random.fraction() }
      : undefined;
    return { window_ms, faults, inner: innerFaults(random, end, isDurable), end, damage, workers: 1 };
  });
}

function innerFaults(random: Random, end: LifePlan["end"], isDurable: boolean): InnerFaults {
  const inner: Record<string, string> = {};
  const files = isDurable && random.chance(0.6) ? fileFaults(random, end) : [];
  const diesByFiles = files.some((rule) => rule.endsWith("kill"));
  if (files.length > 0) inner.ORACLE_FILES = files.join(",");
  if (end === "kill" && !diesByFiles && random.chance(0.7))
    inner.ORACLE_KILL_AT = `${random.pick(STEPS)}:${random.int(1, 60)}`;
  if (random.chance(0.3))
    inner.ORACLE_CLOCK = Array.from(
      { length: random.int(1, 3) },
      () => `${random.int(-86_400_000, 86_400_000)}@${random.int(0, 2_500)}`,
    ).join(",");
  return inner;
}

const FILE_CALLS = ["write", "fdatasync", "fsync", "rename"] as const;

/** Rules as `file-faults.ts` reads them. */
function fileFaults(random: Random, end: LifePlan["end"]): string[] {
  const rules: string[] = [];
  if (end === "kill") {
    if (random.chance(0.7)) rules.push("power");
    if (random.chance(0.4)) rules.push(`${random.pick(FILE_CALLS)}:${random.int(1, 40)}:1:kill`);
  }
  if (random.chance(0.6)) {
    const effect = random.pick(["EIO", "ENOSPC", "short"] as const);
    const call = effect === "short" ? "write" : random.pick(["write", "fdatasync"] as const);
    // Not the first calls, with which the spool is opened: who can't open it doesn't start.
    rules.push(`${call}:${random.int(8, 60)}:${random.int(1, 15)}:${effect}`);
  }
  return rules;
}

function timedFault(random: Random, window_ms: number, destinations: number): TimedFault {
  const at_ms = random.int(0, window_ms);
  const for_ms = random.chance(0.3) ? random.int(600, 1_500) : random.int(30, 600);
  const destination = random.int(0, destinations - 1);
  switch (random.pick(["client_way", "sink_way", "sink", "sink", "config"] as const)) {
    case "config":
      return { at_ms, for_ms, on: "config", change: configChange(random) };
    case "client_way":
      return { at_ms, for_ms, on: "client_way", fault: networkFault(random) };
    case "sink_way":
      return { at_ms, for_ms, on: "sink_way", destination, fault: networkFault(random) };
    case "sink":
      return { at_ms, for_ms, on: "sink", destination, behaviour: sinkBehaviour(random) };
  }
}

function configChange(random: Random): ConfigChange {
  const kind = random.pick(["same", "policy", "policy", "exporter", "exporter", "invalid"] as const);
  switch (kind) {
    case "same":
      return { kind, signals: random.pick([1, 3, 30]) };
    case "policy":
      return { kind, policy: random.pick(POLICY_NAMES) };
    case "exporter":
      return { kind, num_consumers: random.int(1, 20) };
    case "invalid":
      return { kind };
  }
}

function networkFault(random: Random): NetworkFault {
  const kind = random.pick([
    "refuse",
    "delay",
    "blackhole",
    "lose_answers",
    "half_close",
    "cut",
    "reset",
    "cut_after",
  ] as const);
  switch (kind) {
    case "delay":
      return { kind, ms: random.int(5, 300) };
    case "cut_after":
      return { kind, bytes: random.int(1, 5_000) };
    default:
      return { kind };
  }
}

function sinkBehaviour(random: Random): SinkBehaviour {
  const kind = random.pick([
    "slow",
    "refuse",
    "refuse",
    "half_open",
    "garbage",
    "endless",
    "bomb",
    "partial_success",
    "reset",
    "take_and_reset",
  ] as const);
  switch (kind) {
    case "slow":
      return { kind, ms: random.int(10, 1_500) };
    case "refuse": {
      const status = random.pick([400, 401, 404, 413, 429, 429, 500, 501, 502, 503, 503, 504, 302]);
      return { kind, status, retry_after_s: random.chance(0.5) ? 2 : undefined };
    }
    case "partial_success":
      return { kind, rejected: random.int(1, 3) };
    case "reset":
      return { kind, bytes: random.int(1, 3_000) };
    default:
      return { kind };
  }
}
