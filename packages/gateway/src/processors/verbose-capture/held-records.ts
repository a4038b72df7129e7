import type { Clock } from "@scrim/grants";
import { keptBytes } from "@scrim/pipeline";
import { FieldWalker, LEN, uint32Size, writeUint32 } from "@scrim/wire";
import type { ItemSieve } from "../items/item-sieve.ts";

/** Field numbers of the messages around a record (opentelemetry/proto/logs/v1/logs.proto). */
const RESOURCE_LOGS = 1;
const SCOPE_LOGS = 2;
const LOG_RECORDS = 2;

/** What is remembered about a record beside its bytes, in round figures. */
const RECORD_OVERHEAD_BYTES = 512;

/** Clients that are told apart. Those beyond share what one has. */
const CLIENTS_MAX = 64;
const OTHERS = "others";

/** Resource and scope of records, shared by those that came in them: their fields as they were. */
export interface Surroundings {
  readonly resource: Buffer;
  readonly scope: Buffer;
  /** Records here that stand in them. */
  users: number;
}

/** A record below the floor that waits for its trace. */
export interface HeldRecord {
  /** A `LogRecord`. */
  readonly bytes: Buffer;
  readonly surroundings: Surroundings;
  readonly traceId: string;
  readonly severity: number;
  readonly client: string;
  readonly arrivedWallMs: number;
  readonly arrivedMonotonicMs: number;
}

export interface HoldLimits {
  readonly holdMs: number;
  readonly bytesMax: number;
  readonly recordsMax: number;
}

/** Why records left without being released. */
export type Eviction = "hold_expired" | "hold_full";

/** The records of one client, oldest first. Those that left otherwise stay in the line as gaps until they are first. */
interface Line {
  readonly records: HeldRecord[];
  first: number;
  bytes: number;
}

/**
 * Records below the floor in memory, while it may still turn out that their traces are approved. Bounded by records, bytes and time; where
 * there is no more room, the client that takes most of it loses its oldest.
 */
export class HeldRecords {
  readonly #limits: HoldLimits;
  readonly #clock: Clock;
  readonly #evicted: (records: number, reason: Eviction) => void;
  readonly #lines = new Map<string, Line>();
  /** All that are here, in the order they came, by trace. */
  readonly #byTrace = new Map<string, Set<HeldRecord>>();
  #records = 0;
  #bytes = 0;

  constructor(limits: HoldLimits, clock: Clock, evicted: (records: number, reason: Eviction) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#evicted = evicted;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get traceIds(): Iterable<string> {
    return this.#byTrace.keys();
  }

  has(traceId: string): boolean {
    return this.#byTrace.has(traceId);
  }

  /** The records of a trace, oldest first. */
  ofTrace(traceId: string): Iterable<HeldRecord> {
    return this.#byTrace.get(traceId) ?? [];
  }

  add(record: HeldRecord): void {
    const line = this.#lineOf(record.client);
    line.records.push(record);
    this.#count(record, line, 1);
    const ofTrace = this.#byTrace.get(record.traceId);
    if (ofTrace === undefined) this.#byTrace.set(record.traceId, new Set([record]));
    else ofTrace.add(record);
    while (this.#records > this.#limits.recordsMax || this.#bytes > this.#limits.bytesMax)
      this.#evictFirst(this.#longest(), "hold_full");
  }

  /** Takes out a record that is released; nothing where it is not here any more. */
  remove(record: HeldRecord): void {
    const ofTrace = this.#byTrace.get(record.traceId);
    if (ofTrace === undefined || !ofTrace.delete(record)) return;
    if (ofTrace.size === 0) this.#byTrace.delete(record.traceId);
    this.#count(record, this.#lineOf(record.client), -1);
  }

  /** Takes out what has waited long enough. To be called now and then. */
  expire(): void {
    const before = this.#clock.monotonicMs() - this.#limits.holdMs;
    for (const [client, line] of this.#lines) {
      for (;;) {
        const first = this.#firstOf(line);
        if (first === undefined || first.arrivedMonotonicMs > before) break;
        this.#evictFirst(line, "hold_expired");
      }
      if (line.first === line.records.length) this.#lines.delete(client);
    }
  }

  /** Takes out all; returns how many there were. */
  clear(): number {
    const records = this.#records;
    this.#lines.clear();
    this.#byTrace.clear();
    this.#records = 0;
    this.#bytes = 0;
    return records;
  }

  #lineOf(client: string): Line {
    const known = this.#lines.get(client);
    if (known !== undefined) return known;
    const line: Line = { records: [], first: 0, bytes: 0 };
    this.#lines.set(client, line);
    return line;
  }

  /** What a client is called here. */
  nameOf(client: string): string {
    return this.#lines.has(client) || this.#lines.size < CLIENTS_MAX ? client : OTHERS;
  }

  #longest(): Line {
    let longest: Line | undefined;
    for (const line of this.#lines.values())
      if (longest === undefined || line.bytes > longest.bytes) longest = line;
    return longest!;
  }

  /** The oldest record of a line that is still here. */
  #firstOf(line: Line): HeldRecord | undefined {
    const { records } = line;
    while (line.first < records.length) {
      const record = records[line.first]!;
      if (this.#byTrace.get(record.traceId)?.has(record) === true) return record;
      line.first++;
    }
    return undefined;
  }

  #evictFirst(line: Line, reason: Eviction): void {
    const record = this.#firstOf(line)!;
    line.first++;
    this.remove(record);
    this.#evicted(1, reason);
    if (line.first < line.records.length / 2) return;
    line.records.splice(0, line.first);
    line.first = 0;
  }

  #count({ bytes, surroundings }: HeldRecord, line: Line, sign: 1 | -1): void {
    let size = bytes.length + RECORD_OVERHEAD_BYTES;
    const others = sign > 0 ? surroundings.users++ : --surroundings.users;
    if (others === 0) size += surroundings.resource.length + surroundings.scope.length;
    this.#records += sign;
    this.#bytes += sign * size;
    line.bytes += sign * size;
  }
}

/** Copies of what is around the record that a sieve is at. */
export function surroundingsOf(bytes: Buffer, sieve: ItemSieve): Surroundings {
  return {
    resource: fieldsWithout(bytes, sieve.resourceStart, sieve.resourceEnd, SCOPE_LOGS),
    scope: fieldsWithout(bytes, sieve.scopeStart, sieve.scopeEnd, LOG_RECORDS),
    users: 0,
  };
}

function fieldsWithout(bytes: Buffer, start: number, end: number, field: number): Buffer {
  const walker = new FieldWalker();
  const fields: Buffer[] = [];
  walker.enter(bytes, start, end);
  while (walker.next()) if (walker.field !== field) fields.push(bytes.subarray(walker.tag, walker.end));
  return keptBytes(Buffer.concat(fields));
}

/** The records as a request, in the order given. */
export function requestOf(records: readonly HeldRecord[]): Buffer {
  const requests: Buffer[] = [];
  for (let at = 0; at < records.length; ) {
    const { surroundings } = records[at]!;
    const ofScope: Buffer[] = [surroundings.scope];
    for (; at < records.length && records[at]!.surroundings === surroundings; at++)
      ofScope.push(lengthDelimited(LOG_RECORDS, records[at]!.bytes));
    const scope = lengthDelimited(SCOPE_LOGS, Buffer.concat(ofScope));
    requests.push(lengthDelimited(RESOURCE_LOGS, Buffer.concat([surroundings.resource, scope])));
  }
  return Buffer.concat(requests);
}

function lengthDelimited(field: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(1 + uint32Size(payload.length));
  header[0] = (field << 3) | LEN;
  writeUint32(header, 1, payload.length);
  return Buffer.concat([header, payload]);
}
