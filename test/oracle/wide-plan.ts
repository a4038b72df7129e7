import type { LanePlan, RawLane } from "./issuer/lane.ts";
import { narrowPlan } from "./narrow-plan.ts";
import type { LifePlan, Plan, TimedFault } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";

/** The first seed whose plan is a wide one: earlier ones stand for what they stood for when they were run. */
export const WIDE_FROM = 2_000;

/** A worker that was killed takes about as long to be back. */
const WORKER_START_MS = 1_500;

/** A narrow plan, and on top of it several workers, destinations over gRPC, profiles, full disks and links that are cut. */
export function widePlan(seed: number): Plan {
  const plan = narrowPlan(seed);
  const random = createRandom(seed).fork("wide");
  const isDurable = plan.gateway.ack === "durable";
  const hasWorkers = random.chance(0.5);
  const gateway = {
    ...plan.gateway,
    destinations: plan.gateway.destinations.map(() => random.pick(["http", "grpc"] as const)),
    links: random.chance(0.35),
    disk: isDurable && random.chance(0.5),
  };
  const faults = { ...gateway, hasWorkers };
  return {
    seed,
    gateway,
    lanes: wideLanes(random, plan.lanes),
    lives: plan.lives.map((life) => wideLife(random, life, faults)),
  };
}

/** Profiles come from our own client alone. */
function wideLanes(random: Random, lanes: readonly LanePlan[]): LanePlan[] {
  const changed = lanes.map((lane) =>
    lane.client === "raw" && random.chance(0.5) ? { ...lane, signal: "profiles" as const } : lane,
  );
  if (changed.some(({ signal }) => signal === "profiles") || random.chance(0.5)) return changed;
  const added: RawLane = {
    name: `lane-${lanes.length}`,
    client: "raw",
    signal: "profiles",
    compression: "none",
    records_per_request: random.pick([1, 5]),
    pace_ms: random.pick([15, 40]),
    padding: 0,
    timeout_ms: random.pick([500, 1_800]),
  };
  return [...changed, added];
}

interface WideFaults {
  readonly hasWorkers: boolean;
  readonly links: boolean;
  readonly disk: boolean;
}

function wideLife(random: Random, life: LifePlan, { hasWorkers, links, disk }: WideFaults): LifePlan {
  const workers = hasWorkers ? random.pick([2, 2, 2, 3, 1]) : 1;
  const window_ms = life.window_ms + (workers > 1 ? WORKER_START_MS : 0);
  const time = () => ({ at_ms: random.int(0, window_ms), for_ms: random.int(30, 1_200) });
  const times = (max: number, make: () => TimedFault) => Array.from({ length: random.int(0, max) }, make);
  const added: TimedFault[] = [
    ...(workers > 1 ? times(2, () => ({ ...time(), on: "worker", which: random.fraction() })) : []),
    ...(disk ? times(2, () => ({ ...time(), on: "disk", leave_bytes: random.pick(LEFT_BYTES) })) : []),
    ...(links ? times(2, () => ({ ...time(), on: "link", ...linkFault(random) })) : []),
  ];
  return {
    ...life,
    workers,
    window_ms,
    faults: [...life.faults, ...added].toSorted((a, b) => a.at_ms - b.at_ms),
    end: life.end === "kill" && workers > 1 && random.chance(0.3) ? "kill_primary" : life.end,
  };
}

/** Room for nothing, for a cursor, for some records, for a segment and a little. */
const LEFT_BYTES = [0, 4_096, 65_536, 1_200_000];

function linkFault(random: Random) {
  return {
    link: random.pick(["clients", "destinations"] as const),
    cut: random.pick(["near", "far"] as const),
  };
}
