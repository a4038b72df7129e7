import type { AccessGrant } from "../requests/access-grant.ts";
import { grantAt, isOpen } from "../requests/grant-machine.ts";
import type { EnrolledService } from "../store/enrolled-service.ts";
import { findAll } from "../store/find-all.ts";
import type { Store } from "../store/store.ts";

interface Snapshot {
  readonly grants: readonly AccessGrant[];
  readonly services: ReadonlyMap<string, EnrolledService>;
}

/** What bundles are made of, read once for each change of the store. */
export class GrantsInForce {
  readonly #store: Store;
  #snapshot: Promise<Snapshot> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The store has changed: it is read again when somebody asks. */
  forget(): void {
    this.#snapshot = undefined;
  }

  /** @throws {OperatingError} `STORE_UNUSABLE` */
  async service(id: string): Promise<EnrolledService | undefined> {
    return (await this.#read()).services.get(id);
  }

  /** Grants that are scheduled or active at a time. */
  async grants(nowS: number): Promise<readonly AccessGrant[]> {
    return (await this.#read()).grants.filter((grant) => isOpen(grantAt(grant, nowS)));
  }

  #read(): Promise<Snapshot> {
    if (this.#snapshot !== undefined) return this.#snapshot;
    const reading = this.#store.read(async (transaction) => {
      const grants = await findAll(transaction, "grant", { states: ["scheduled", "active"] });
      const services = await findAll(transaction, "service", {});
      return { grants, services: new Map(services.map((service) => [service.id, service])) };
    });
    this.#snapshot = reading;
    reading.catch(() => {
      if (this.#snapshot === reading) this.#snapshot = undefined;
    });
    return reading;
  }
}
