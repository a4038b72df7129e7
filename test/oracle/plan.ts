import type { SinkBehaviour } from "./destination/sink.ts";
import type { NetworkFault } from "./faults/fault-proxy.ts";
import type { GatewayPlan, PolicyName } from "./gateway/config.ts";
import type { InnerFaults } from "./gateway/gateway-process.ts";
import type { LanePlan } from "./issuer/lane.ts";
import { narrowPlan } from "./narrow-plan.ts";
import type { Link, LinkCut } from "./sandbox/links.ts";
import { WIDE_FROM, widePlan } from "./wide-plan.ts";

/** Something that goes wrong for a while, by the time since the gateway was ready. */
export type TimedFault = { readonly at_ms: number; readonly for_ms: number } & (
  | { readonly on: "client_way"; readonly fault: NetworkFault }
  | { readonly on: "sink_way"; readonly destination: number; readonly fault: NetworkFault }
  | { readonly on: "sink"; readonly destination: number; readonly behaviour: SinkBehaviour }
  | { readonly on: "config"; readonly change: ConfigChange }
  /** `kill -9` of one of several workers, chosen by a number in [0, 1). */
  | { readonly on: "worker"; readonly which: number }
  /** Somebody else takes all of the disk but so many bytes. */
  | { readonly on: "disk"; readonly leave_bytes: number }
  | { readonly on: "link"; readonly link: Link; readonly cut: LinkCut }
);

/** What a gateway that runs is told to read, with SIGHUP. */
export type ConfigChange =
  | { readonly kind: "same"; readonly signals: number }
  | { readonly kind: "policy"; readonly policy: PolicyName }
  | { readonly kind: "exporter"; readonly num_consumers: number }
  | { readonly kind: "invalid" };

/** From one start of the gateway to its end. */
export interface LifePlan {
  /** How long it runs, from when it is ready; it may end before, by its own faults. */
  readonly window_ms: number;
  /** How many processes; with one, the gateway works alone. */
  readonly workers: number;
  readonly faults: readonly TimedFault[];
  readonly inner: InnerFaults;
  /** `kill` ends all of its processes at once, `kill_primary` the one that started the workers; `stay` is for the last one. */
  readonly end: "kill" | "kill_primary" | "terminate" | "stay";
  /** What happens to the files of the spool before the next life. */
  readonly damage: Damage | undefined;
}

/** A place within what a file of the spool holds, as a fraction of it, and what happens there. */
export interface Damage {
  readonly kind: "bit_flip" | "torn_tail";
  readonly at: number;
}

/** All of one run: what is issued, by whom, through which gateway, and what goes wrong when. */
export interface Plan {
  readonly seed: number;
  readonly gateway: GatewayPlan;
  readonly lanes: readonly LanePlan[];
  readonly lives: readonly LifePlan[];
}

/** The plan that a seed stands for. */
export function planOfSeed(seed: number): Plan {
  return seed < WIDE_FROM ? narrowPlan(seed) : widePlan(seed);
}
