import type { Documents, Kind } from "./kinds.ts";

export type { Documents, Kind } from "./kinds.ts";

/** What documents are found by. All that are given must hold. */
export interface Where {
  readonly tenant?: string;
  readonly states?: readonly string[];
  /** One of the people behind it. */
  readonly person?: string;
  /** Due at this second or before, in seconds since 1970: what the clock must change. */
  readonly dueBy?: number;
  /** Made at this second or later. */
  readonly createdFrom?: number;
  /** Behind this document in the order of ids. */
  readonly after?: string;
  /** 1,000 unless told, which is also the most. */
  readonly limit?: number;
}

export interface ReadTransaction {
  get<K extends Kind>(kind: K, id: string): Promise<Documents[K] | undefined>;
  /** In the order of ids. */
  find<K extends Kind>(kind: K, where: Where): Promise<readonly Documents[K][]>;
}

export interface Transaction extends ReadTransaction {
  put<K extends Kind>(kind: K, document: Documents[K]): Promise<void>;
  remove(kind: Kind, id: string): Promise<void>;
}

/**
 * Where the control plane keeps what was asked and decided. Writers run one after the other, over all processes: what one reads nobody changes
 * until it has committed. Readers see what was committed.
 */
export interface Store {
  read<T>(work: (transaction: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * All of it is kept, durably, or nothing: nothing where `work` rejects. Where the connection is lost while it commits nobody can tell; it
   * rejects then, and whoever retries looks first.
   *
   * @throws {OperatingError} `STORE_UNUSABLE` where the store fails; what `work` throws passes as it is
   */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Calls back after each commit, of any process, within a second; also once it was out of reach and is back. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
