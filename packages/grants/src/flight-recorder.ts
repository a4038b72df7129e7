import { type Clock, systemClock } from "./clock.ts";
import { ownText } from "./own-text.ts";

export interface FlightRecorderLimits {
  /** Records of one trace. */
  readonly trace_records_max: number;
  /** Bytes of one trace. */
  readonly trace_bytes_max: number;
  /** Seconds after which a record is forgotten. */
  readonly seconds: number;
  /** Records of all traces. */
  readonly records_max: number;
  /** Bytes of all traces. */
  readonly bytes_max: number;
}

/** Enough for a request's story, and little beside what a process has anyway. */
export const FLIGHT_RECORDER_LIMITS: FlightRecorderLimits = {
  trace_records_max: 200,
  trace_bytes_max: 65_536,
  seconds: 30,
  records_max: 20_000,
  bytes_max: 16 << 20,
};

/** Clients that are told apart: one is looked for in all of them. Those beyond share what one has. */
const CLIENTS_MAX = 256;
const OTHERS = "others";

/** What was held of a trace. */
export interface Recording<Item> {
  /** Oldest first. */
  readonly items: readonly Item[];
  /** How many came before them and are gone. */
  readonly evicted: number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly bytes: number;
  readonly atMs: number;
}

/** What is held of one trace. */
interface Track<Item> {
  readonly client: Client;
  readonly entries: Entry<Item>[];
  bytes: number;
  evicted: number;
}

/** Traces of one client, in the order they began. */
interface Client {
  readonly name: string;
  readonly traceIds: Set<string>;
  /** Stands before the oldest of them. A new iterator would walk past all that were deleted. */
  readonly oldest: Iterator<string>;
  bytes: number;
}

/**
 * Keeps the last records of traces that nobody has approved yet, in memory and within bounds. Where there is no more room, the client that
 * takes most of it loses its oldest trace, so that one caller can't flush what others left.
 */
export class FlightRecorder<Item> {
  readonly #limits: FlightRecorderLimits;
  readonly #clock: Clock;
  readonly #tracks = new Map<string, Track<Item>>();
  readonly #clients = new Map<string, Client>();
  #records = 0;
  #bytes = 0;

  constructor(limits: FlightRecorderLimits = FLIGHT_RECORDER_LIMITS, clock: Clock = systemClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Traces of which something is held. */
  get traceIds(): Iterable<string> {
    return this.#tracks.keys();
  }

  /** Takes a record that nobody changes any more. `client` is whom the trace is for, as far as that is known. */
  add(traceId: string, client: string, item: Item, bytes: number): void {
    const { trace_records_max, trace_bytes_max, records_max, bytes_max } = this.#limits;
    const track = this.#trackOf(traceId, client);
    if (bytes > trace_bytes_max) {
      track.evicted++; // rather than all that came before it
    } else {
      track.entries.push({ item, bytes, atMs: this.#clock.monotonicMs() });
      this.#count(track, 1, bytes);
    }
    while (track.entries.length > trace_records_max || track.bytes > trace_bytes_max) this.#evictFirst(track);
    while (this.#records > records_max || this.#bytes > bytes_max || this.#tracks.size > records_max)
      this.#evictTrace();
  }

  /** Takes out what is held of a trace, no older than `lookbackS`; undefined where there is nothing. */
  take(traceId: string, lookbackS: number): Recording<Item> | undefined {
    const track = this.#tracks.get(traceId);
    if (track === undefined) return undefined;
    const since = this.#clock.monotonicMs() - Math.min(lookbackS, this.#limits.seconds) * 1000;
    while (track.entries.length > 0 && track.entries[0]!.atMs < since) this.#evictFirst(track);
    const items = track.entries.map(({ item }) => item);
    this.#remove(traceId, track);
    return items.length === 0 ? undefined : { items, evicted: track.evicted };
  }

  /** Forgets what has become too old. To be called now and then. */
  expire(): void {
    const since = this.#clock.monotonicMs() - this.#limits.seconds * 1000;
    for (const [traceId, track] of this.#tracks) {
      while (track.entries.length > 0 && track.entries[0]!.atMs < since) this.#evictFirst(track);
      if (track.entries.length === 0) this.#remove(traceId, track);
    }
  }

  clear(): void {
    this.#tracks.clear();
    this.#clients.clear();
    this.#records = 0;
    this.#bytes = 0;
  }

  #trackOf(told: string, name: string): Track<Item> {
    const known = this.#tracks.get(told);
    if (known !== undefined) return known;
    const traceId = ownText(told);
    const client = this.#clientOf(name);
    client.traceIds.add(traceId);
    const track: Track<Item> = { client, entries: [], bytes: 0, evicted: 0 };
    this.#tracks.set(traceId, track);
    return track;
  }

  #clientOf(name: string): Client {
    const told = this.#clients.has(name) || this.#clients.size < CLIENTS_MAX ? name : OTHERS;
    let client = this.#clients.get(told);
    if (client === undefined) {
      const traceIds = new Set<string>();
      client = { name: told, traceIds, oldest: traceIds.values(), bytes: 0 };
      this.#clients.set(told, client);
    }
    return client;
  }

  #evictFirst(track: Track<Item>): void {
    const { bytes } = track.entries.shift()!;
    track.evicted++;
    this.#count(track, -1, -bytes);
  }

  #evictTrace(): void {
    let largest: Client | undefined;
    for (const client of this.#clients.values())
      if (largest === undefined || client.bytes > largest.bytes) largest = client;
    const oldest: string = largest!.oldest.next().value;
    this.#remove(oldest, this.#tracks.get(oldest)!);
  }

  #remove(traceId: string, track: Track<Item>): void {
    this.#count(track, -track.entries.length, -track.bytes);
    track.entries.length = 0;
    this.#tracks.delete(traceId);
    const { client } = track;
    client.traceIds.delete(traceId);
    if (client.traceIds.size === 0) this.#clients.delete(client.name);
  }

  #count(track: Track<Item>, records: number, bytes: number): void {
    this.#records += records;
    this.#bytes += bytes;
    track.bytes += bytes;
    track.client.bytes += bytes;
  }
}
