import type { DeadLetter } from "./check/dead-letters.ts";
import type { Sink } from "./destination/sink.ts";
import type { FaultProxy } from "./faults/fault-proxy.ts";
import type { PolicyName } from "./gateway/config.ts";
import type { Scrape } from "./gateway/scrape.ts";
import type { Journal } from "./issuer/journal.ts";
import type { Damage, Plan } from "./plan.ts";

/** What is known of one life of the gateway. Times are by the oracle's monotonic clock. */
export interface Life {
  readonly started_ms: number;
  ready_ms: number;
  ended_ms: number;
  /** Exit code or signal. */
  ended: number | NodeJS.Signals | undefined;
  output: string;
  readonly scrapes: Scrape[];
  /** The scrape when nothing was on its way any more; the last life has one. */
  quiet: Scrape | undefined;
  /** Workers that ended and were replaced, in turn. */
  readonly worker_ends: readonly { readonly at_ms: number; readonly how: string }[];
}

/** A policy that a gateway was told to go by. */
export interface PolicyInForce {
  readonly name: PolicyName;
  /** When it was written, and when the gateway had said that it goes by it; by the oracle's monotonic clock. */
  readonly written_ms: number;
  confirmed_ms: number;
}

/** All that one run left behind, to be judged. */
export interface Evidence {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly destinations: readonly { readonly sink: Sink; readonly way: FaultProxy }[];
  readonly lives: readonly Life[];
  /** Those that were in force, in turn. */
  readonly policies: readonly PolicyInForce[];
  readonly dead_letters: readonly DeadLetter[];
  /** Whatever the gateway wrote: files, logs, metrics, answers; by where it stood. */
  readonly written: readonly (readonly [place: string, bytes: Buffer])[];
  /** What was damaged on the disk while no gateway ran, and when. */
  readonly damage: readonly { readonly kind: Damage["kind"]; readonly at_ms: number }[];
  /** What the run itself saw go wrong. */
  readonly troubles: readonly string[];
}
