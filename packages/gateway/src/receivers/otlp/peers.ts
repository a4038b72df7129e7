import { Refusal } from "./refusal.ts";

interface Counts {
  connections: number;
  requests: number;
}

/** What each address has open. Addresses with nothing open are forgotten, so there are no more than connections. */
export class Peers {
  readonly #counts = new Map<string, Counts>();
  #connections = 0;

  get connections(): number {
    return this.#connections;
  }

  connectionsOf(address: string | undefined): number {
    return this.#counts.get(address ?? "")?.connections ?? 0;
  }

  /** A connection begins. @returns what to call when it ends */
  connect(address: string | undefined): () => void {
    this.#connections++;
    const leave = this.#enter(address ?? "", "connections");
    return () => {
      this.#connections--;
      leave();
    };
  }

  /**
   * A request begins.
   *
   * @returns what to call when it ends
   * @throws {Refusal} `peer_requests` where its address has so many open already
   */
  enter(address: string | undefined, requestsMax: number): () => void {
    if ((this.#counts.get(address ?? "")?.requests ?? 0) >= requestsMax) throw new Refusal("peer_requests");
    return this.#enter(address ?? "", "requests");
  }

  #enter(address: string, what: keyof Counts): () => void {
    let counts = this.#counts.get(address);
    if (counts === undefined) this.#counts.set(address, (counts = { connections: 0, requests: 0 }));
    counts[what]++;
    const mine = counts;
    return () => {
      mine[what]--;
      if (mine.connections === 0 && mine.requests === 0) this.#counts.delete(address);
    };
  }
}
