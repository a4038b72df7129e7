import type { Signal } from "@scrim/wire";

/** Where the gateway says what it does. Lines carry component ids, counts and reasons, never telemetry data. */
export interface Log {
  info(message: string): void;
  /** Something an operator should look at; `hint` is the next thing to do. */
  warn(message: string, hint?: string): void;
  /** A request that was answered. Undefined, or does nothing, where requests aren't logged. */
  access?(entry: AccessEntry): void;
}

/** What is logged of a request: nothing that it carried, and nothing that tells who its client is but a configured name. */
export interface AccessEntry {
  readonly receiver: string;
  readonly protocol: string;
  /** Undefined where it was refused before that was known. */
  readonly signal: Signal | undefined;
  /** `success`, or what the metric of requests calls it. */
  readonly outcome: string;
  /** Why it was refused: from the receiver's own table. */
  readonly reason: string | undefined;
  readonly items: number;
  /** Of its message, decompressed. */
  readonly bytes: number;
  readonly duration_ms: number;
  /** Who the client has proved to be, as the configuration calls it. */
  readonly client: string | undefined;
}
