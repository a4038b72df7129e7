import type { Evidence, Life } from "../evidence.ts";
import { exporterOf } from "../gateway/config.ts";
import type { IssuedRequest } from "../issuer/journal.ts";
import { deliveredItems } from "./delivered-items.ts";
import { named } from "./named.ts";

/** What tells which records should have arrived, and which did. */
type Ledger = Pick<Evidence, "journal" | "lives" | "plan" | "dead_letters" | "destinations" | "damage">;

/** 1: every acknowledged record arrives at every destination, or is with its dead letters. */
export function lostRecords(ledger: Ledger): string[] {
  const { journal, lives, plan, dead_letters, destinations, damage } = ledger;
  // What lay behind the end of a newest file that was cut leaves no trace that could be counted.
  const cutAtMs = damage.findLast(({ kind }) => kind === "torn_tail")?.at_ms ?? Number.NEGATIVE_INFINITY;
  return destinations.flatMap(({ sink }, destination) => {
    const exporter = exporterOf(plan.gateway, destination);
    const arrived = new Set(deliveredItems(sink).map(({ item }) => item.number));
    for (const letter of dead_letters) if (letter.exporter === exporter) arrived.add(letter.item.number);
    const lost = journal.requests
      .filter(({ outcome, ended_ms }) => outcome === "acknowledged" && ended_ms! > cutAtMs)
      .filter((request) => plan.gateway.ack !== "memory" || outlives(request, lives))
      .flatMap(({ numbers }) => numbers.filter((number) => !arrived.has(number)));
    // Without a disk there are no dead letters: what is refused for good is dropped, and counted.
    const counted = (name: string) => lives.at(-1)?.quiet?.sum(name, "exporter", exporter) ?? 0;
    if (plan.gateway.ack === "memory" && lost.length <= counted("scrim_exporter_dropped_items_total"))
      return [];
    // What somebody damages on the disk is gone; how much must be counted.
    if (damage.length > 0 && lost.length <= counted("scrim_spool_dropped_items_total")) return [];
    return named(`acknowledged and not at destination ${destination}`, lost);
  });
}

/** How long after a worker's end clients may hear what it had answered. */
const ANSWERS_MS = 1_000;

/** What waits in memory is lost with the process: whether it was acknowledged by one that was not killed. */
function outlives(request: IssuedRequest, lives: readonly Life[]): boolean {
  const last = lives.at(-1);
  if (lifeOf(request, lives) !== last) return false;
  const killed = last?.worker_ends.at(-1)?.at_ms ?? Number.NEGATIVE_INFINITY;
  return request.ended_ms! > killed + ANSWERS_MS;
}

/** The life in which a request was answered. */
function lifeOf({ ended_ms }: IssuedRequest, lives: readonly Life[]): Life | undefined {
  return lives.findLast(({ ready_ms }) => ended_ms !== undefined && ready_ms <= ended_ms);
}
