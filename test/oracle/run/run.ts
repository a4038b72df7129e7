import { join } from "node:path";
import { type DeadLetter, deadLettersOf } from "../check/dead-letters.ts";
import type { Evidence, Life, PolicyInForce } from "../evidence.ts";
import type { FaultProxy } from "../faults/fault-proxy.ts";
import type { GatewayPlan } from "../gateway/config.ts";
import type { ListenPorts } from "../gateway/free-ports.ts";
import type { InnerFaults } from "../gateway/gateway-process.ts";
import type { Damage } from "../plan.ts";
import type { Hosts, Links } from "../sandbox/links.ts";
import type { SmallDisk } from "../sandbox/small-disk.ts";

/** One run while it goes on. */
export interface Run extends Omit<Evidence, "written" | "dead_letters" | "damage"> {
  /** Goes into every life of the gateway, beside what the plan says. */
  readonly inner: InnerFaults;
  readonly folder: string;
  readonly hosts: Hosts;
  readonly ports: ListenPorts;
  readonly links: Links | undefined;
  readonly disk: SmallDisk | undefined;
  readonly clientWays: { readonly http: FaultProxy; readonly grpc: FaultProxy };
  /** As it was written last. */
  config: GatewayPlan;
  /** Of what was written last, as `scrim_config_hash` has it. */
  configHash: number;
  /** How often it was written. */
  writes: number;
  readonly policies: PolicyInForce[];
  readonly lives: Life[];
  readonly troubles: string[];
  /** Faults that were injected, by kind. */
  readonly struck: string[];
  /** Pages that gateways showed. */
  readonly pages: Buffer[];
  readonly damage: { readonly kind: Damage["kind"]; readonly at_ms: number }[];
  readonly stopIssuing: AbortController;
  /** Resolves when every lane knows what became of what it issued. */
  lanes: Promise<unknown> | undefined;
}

export const spoolOf = ({ folder, disk }: Pick<Run, "folder" | "disk">): string =>
  join(disk?.folder ?? folder, "spool");

export const configFileOf = ({ folder }: Pick<Run, "folder">): string => join(folder, "gateway.json");

export function lettersOf(run: Run): DeadLetter[] {
  return deadLettersOf(spoolOf(run));
}
