import { randomInt } from "node:crypto";
import { ownText } from "@scrim/grants";

/** Who asked, by the attributes that a local root begins with; the first that is there. */
const CLIENT_KEYS = ["client.address", "network.peer.address"] as const;

/**
 * Traces of each generation whose client is remembered. It is asked for with a trace's first verbose record, which comes soon after its root: traces that
 * are older than one or two generations then count as those of nobody known.
 */
const TRACES_MAX = 10_000;

/** Of an address that is read; no written one is longer (an IPv6 address with a zone). */
const ADDRESS_LENGTH_MAX = 64;

/** FNV-1a, 32 bits (draft-eastlake-fnv). */
const FNV_PRIME = 0x01000193;

/**
 * Whom traces are for, so that a flight recorder is fair between them: noted by the sampler, which sees what local roots begin with whether they are
 * sampled or not. Of an address nothing is kept but 32 bits of a hash that begins at a number of this process: enough to tell clients
 * apart, without addresses that wait in memory, and no caller knows which others share its own.
 *
 * @example
 * ```ts
 * import { TraceClients } from "@scrim/otel";
 * const clients = new TraceClients();
 * clients.note("0af7651916cd43dd8448eb211c80319c", { "client.address": "192.0.2.1" });
 * console.log(clients.of("0af7651916cd43dd8448eb211c80319c") === ""); // false
 * console.log(clients.of("4bf92f3577b34da6a3ce929d0e0e4736") === ""); // true
 * ```
 */
export class TraceClients {
  readonly #seed = randomInt(2 ** 32);
  #young = new Map<string, number>();
  #old: ReadonlyMap<string, number> = new Map();

  /** Remembers whom a trace is for, as its local root says. */
  note(traceId: string, attributes: object): void {
    const address = addressIn(attributes as Readonly<Record<string, unknown>>);
    if (address === undefined) return;
    if (this.#young.size >= TRACES_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(ownText(traceId), this.#hash(address));
  }

  /** A name for the client of a trace, the same for all of its traces; empty where it is not known. */
  of(traceId: string): string {
    const hash = this.#young.get(traceId) ?? this.#old.get(traceId);
    return hash === undefined ? "" : String(hash);
  }

  #hash(text: string): number {
    const length = Math.min(text.length, ADDRESS_LENGTH_MAX);
    let hash = this.#seed;
    for (let at = 0; at < length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
    return hash >>> 0;
  }
}

function addressIn(attributes: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of CLIENT_KEYS) {
    const value = attributes[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
