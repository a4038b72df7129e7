import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The wires between the oracle and a gateway: by which clients come, and by which destinations are reached. */
export type Link = "clients" | "destinations";

/** Which end goes down: `near` is the oracle's, and the gateway sees silence; `far` is the gateway's, whose calls fail. */
export type LinkCut = "near" | "far";

/** Addresses that the processes of a run use. */
export interface Hosts {
  /** Where the gateway takes in data. */
  readonly gateway: string;
  /** Where it shows metrics and pages. */
  readonly pages: string;
  /** Where the ways to its destinations begin. */
  readonly destinations: string;
}

/** Without links everything is on one machine's loopback. */
export const LOOPBACK: Hosts = { gateway: "127.0.0.1", pages: "127.0.0.1", destinations: "127.0.0.1" };

/** A network namespace for a gateway, with wires to ours that can be cut below TCP: packets vanish, no socket hears of it. */
export interface Links {
  readonly hosts: Hosts;
  /** What `nsenter --net=` takes. */
  readonly namespace: string;
  /** Resolves with what mends it. */
  cut(link: Link, end: LinkCut): () => void;
  close(): Promise<void>;
}

/** One wire each, and one for whoever looks on, which is never cut. The addresses are for documentation (RFC 5737): no network has them. */
const WIRES = { clients: "192.0.2", destinations: "198.51.100", pages: "203.0.113" } as const;
type Wire = keyof typeof WIRES;

const near = (wire: Wire) => `near-${wire.slice(0, 7)}`;
const far = (wire: Wire) => `far-${wire.slice(0, 7)}`;

/** Makes them. Needs the rights of the sandbox, and that nobody else made any in it. */
export async function makeLinks(): Promise<Links> {
  // Holds the namespace: it ends with its standard input, so with us, however we end.
  const holder = spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"] });
  const namespace = `/proc/${holder.pid}/ns/net`;
  await untilApart(holder, namespace);
  const wires = Object.keys(WIRES) as Wire[];
  ip([
    "link set lo up",
    ...wires.flatMap((wire) => [
      `link add ${near(wire)} type veth peer name ${far(wire)} netns ${holder.pid}`,
      `addr add ${WIRES[wire]}.1/30 dev ${near(wire)}`,
      `link set ${near(wire)} up`,
    ]),
  ]);
  const farUp = wires.flatMap((wire) => [
    `addr add ${WIRES[wire]}.2/30 dev ${far(wire)}`,
    `link set ${far(wire)} up`,
  ]);
  ip(["link set lo up", ...farUp], namespace);
  return {
    namespace,
    hosts: {
      gateway: `${WIRES.clients}.2`,
      pages: `${WIRES.pages}.2`,
      destinations: `${WIRES.destinations}.1`,
    },
    cut(link, end) {
      const set = (state: "up" | "down") =>
        end === "near"
          ? ip([`link set ${near(link)} ${state}`])
          : ip([`link set ${far(link)} ${state}`], namespace);
      set("down");
      return () => set("up");
    },
    async close() {
      for (const wire of wires) ip([`link del ${near(wire)}`]);
      const ended = once(holder, "exit");
      holder.stdin!.end();
      await ended;
    },
  };
}

const APART_MS_MAX = 10_000;

/** A process is in our namespace until it has left it. */
async function untilApart(holder: ChildProcess, namespace: string): Promise<void> {
  const ours = readlinkSync("/proc/self/ns/net");
  const deadline = performance.now() + APART_MS_MAX;
  while (holder.exitCode === null && performance.now() < deadline) {
    if (holder.pid !== undefined && readlinkSync(namespace) !== ours) return;
    await sleep(5);
  }
  throw new Error("no network namespace could be made");
}

function ip(commands: readonly string[], namespace?: string): void {
  const batch = ["ip", "-batch", "-"];
  const [file, ...args] = namespace === undefined ? batch : ["nsenter", `--net=${namespace}`, ...batch];
  execFileSync(file!, args, { input: `${commands.join("\n")}\n` });
}
