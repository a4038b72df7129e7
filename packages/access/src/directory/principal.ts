/** What kinds of callers there are. A workload is a process of a service: it fetches bundles and leases traces. */
export type PrincipalKind = "person" | "machine" | "workload";

/** Who calls, as authentication and the directory say; nothing of it is the caller's own word. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** Its id in the directory, unique over all kinds. */
  readonly id: string;
  readonly tenant: string;
  /** The person that a machine acts for, by id. */
  readonly actingFor?: string;
  /**
   * Ids of the people behind it: the person itself; of a machine whom it acts for, and its owners. Nobody who is among the people behind a
   * request decides on it.
   */
  readonly people: readonly string[];
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  /** Teams that the person is on call for, now. */
  readonly onCall: readonly string[];
  /** The services that a workload belongs to. */
  readonly services: readonly { readonly service: string; readonly environment: string }[];
  /** When its credential ends, in seconds since 1970. Grants may last longer: what is revealed needs one that holds then. */
  readonly sessionEndsAt?: number;
}
