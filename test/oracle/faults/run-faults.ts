import { setTimeout as sleep } from "node:timers/promises";
import type { Sink, SinkBehaviour } from "../destination/sink.ts";
import type { ConfigChange, TimedFault } from "../plan.ts";
import type { Links } from "../sandbox/links.ts";
import type { SmallDisk } from "../sandbox/small-disk.ts";
import type { FaultProxy, NetworkFault } from "./fault-proxy.ts";

/** Where faults are put. */
export interface FaultPlaces {
  readonly clientWays: readonly FaultProxy[];
  readonly destinations: readonly { readonly sink: Sink; readonly way: FaultProxy }[];
  /** Has the gateway read its configuration again; what it returns has it read the good one. */
  readonly reconfigure: (change: ConfigChange) => Promise<() => Promise<void>>;
  /** Kills one of the workers; false where there is none. */
  readonly killWorker: (which: number) => boolean;
  /** Undefined where there is no sandbox to have them in. */
  readonly links: Links | undefined;
  readonly disk: SmallDisk | undefined;
  /** Hears of each fault that has begun, by its kind. */
  readonly struck: (kind: string) => void;
}

/** Lets faults begin and end at their times, and ends all of them when the signal aborts. */
export async function runFaults(
  faults: readonly TimedFault[],
  places: FaultPlaces,
  stop: AbortSignal,
): Promise<void> {
  await Promise.all(faults.map((fault) => runFault(fault, places, stop)));
}

async function runFault(timed: TimedFault, places: FaultPlaces, stop: AbortSignal): Promise<void> {
  if (!(await passed(timed.at_ms, stop))) return;
  const end = await begin(timed, places);
  await passed(timed.for_ms, stop);
  await end();
}

/** Later faults at the same place take over from earlier ones; the end of either ends both. */
async function begin(timed: TimedFault, places: FaultPlaces): Promise<() => Promise<void>> {
  const { clientWays, destinations, struck, disk } = places;
  switch (timed.on) {
    case "config":
      struck(`reload: ${timed.change.kind}`);
      return await places.reconfigure(timed.change);
    case "sink":
      struck(`sink: ${timed.behaviour.kind}`);
      return beginAtSink(destinations[timed.destination]!.sink, timed.behaviour);
    case "sink_way":
      struck(`network (sink): ${timed.fault.kind}`);
      return await beginOnWays([destinations[timed.destination]!.way], timed.fault);
    case "client_way":
      struck(`network (client): ${timed.fault.kind}`);
      return await beginOnWays(clientWays, timed.fault);
    case "worker":
      if (places.killWorker(timed.which)) struck("kill -9 of a worker at any time");
      return async () => {};
    case "disk": {
      if (disk === undefined) return async () => {};
      struck("disk: full");
      const empty = disk.fill(timed.leave_bytes);
      return async () => empty();
    }
    case "link":
      return places.links === undefined ? async () => {} : cutLink(timed, places.links, places);
  }
}

/** What is sent again and again while a link is down comes late once it is up, by as much as it was down, and some. */
const RETRANSMISSION_MS = 1_000;

function cutLink(
  { link, cut, for_ms }: Extract<TimedFault, { readonly on: "link" }>,
  links: Links,
  { clientWays, destinations, struck }: FaultPlaces,
): () => Promise<void> {
  struck(`link (${link}): ${cut} end down`);
  const ways = link === "clients" ? clientWays : destinations.map(({ way }) => way);
  const calm = ways.map((way) => way.disturb());
  const mend = links.cut(link, cut);
  return async () => {
    mend();
    for (const end of calm) end(for_ms + RETRANSMISSION_MS);
  };
}

function beginAtSink(sink: Sink, behaviour: SinkBehaviour): () => Promise<void> {
  sink.behaviour = behaviour;
  return async () => {
    sink.behaviour = { kind: "up" };
  };
}

async function beginOnWays(ways: readonly FaultProxy[], fault: NetworkFault): Promise<() => Promise<void>> {
  for (const way of ways) await way.set(fault);
  return async () => {
    for (const way of ways) await way.set(undefined);
  };
}

/** False where the signal aborted before the time was up. */
async function passed(ms: number, stop: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: stop });
    return true;
  } catch {
    return false;
  }
}
