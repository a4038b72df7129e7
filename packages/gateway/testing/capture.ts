import { GrantSet, type KeyedGrant, type TraceLeases } from "@scrim/grants";
import {
  type Batch,
  createBatch,
  isDropped,
  isSifted,
  MetricRegistry,
  type Outcome,
  type Sifted,
  viewOf,
} from "@scrim/pipeline";
import { encodeRequest, type JsonObject, type Signal } from "@scrim/wire";
import type { HoldLimits } from "../src/processors/verbose-capture/held-records.ts";
import {
  createVerboseCapture,
  type VerboseCapture,
} from "../src/processors/verbose-capture/verbose-capture.ts";
import { putGrants, TestClock } from "./grants.ts";

export interface TestCaptureOptions {
  readonly grants?: readonly KeyedGrant[];
  readonly floor?: number;
  readonly needsSeverity?: boolean;
  readonly hold?: Partial<HoldLimits>;
  /** What becomes of what is released. */
  readonly release?: () => Outcome;
  readonly seesWholeTraces?: boolean;
  readonly leases?: (grants: GrantSet, clock: TestClock) => TraceLeases;
}

export interface TestCapture {
  readonly capture: VerboseCapture;
  readonly grants: GrantSet;
  readonly clock: TestClock;
  readonly metrics: MetricRegistry;
  /** Bodies of records that were released, in their batches. */
  readonly released: JsonObject[][];
  /** Records given up, by reason. */
  readonly givenUp: Map<string, number>;
  /** Sees what is released, as bytes. */
  keep(see: (batch: Batch) => void): void;
  /** What passes of a request with these items. */
  pass(signal: "logs" | "traces", items: readonly JsonObject[], client?: string): JsonObject[];
  /** The same, with all that the processor says. */
  sift(batch: Batch): Sifted;
}

const DELIVERED: Outcome = { status: "delivered", rejected: 0, reason: "" };

/** A `verbose_capture` on its own, whose pipeline delivers everything. */
export function startCapture(options: TestCaptureOptions = {}): TestCapture {
  const clock = new TestClock();
  const grants = new GrantSet(clock);
  const metrics = new MetricRegistry();
  const released: JsonObject[][] = [];
  const givenUp = new Map<string, number>();
  putGrants(grants, options.grants ?? []);
  const { hold } = options;
  let see: (batch: Batch) => void = () => {};
  const keeper = {
    release: async (batch: Batch) => {
      see(batch);
      released.push(itemsOf(batch));
      return options.release?.() ?? DELIVERED;
    },
    drop: (items: number, reason: string) => void givenUp.set(reason, (givenUp.get(reason) ?? 0) + items),
  };
  const limits = { holdMs: 30_000, bytesMax: 1 << 20, recordsMax: 1_000, ...hold };
  const capture = createVerboseCapture({
    id: "verbose_capture",
    floor: options.floor ?? 9,
    needsSeverity: options.needsSeverity ?? false,
    grants,
    metrics,
    hold: hold && { limits, keeper },
    seesWholeTraces: options.seesWholeTraces ?? false,
    leases: options.leases?.(grants, clock),
    clock,
  });
  const sift = (batch: Batch): Sifted => {
    const result = capture.process(batch);
    if (result instanceof Promise || isDropped(result)) throw new Error("it never does");
    return isSifted(result) ? result : { batch: result, dropped: new Map(), held: 0 };
  };
  return {
    capture,
    grants,
    clock,
    metrics,
    released,
    givenUp,
    sift,
    keep(seeing) {
      see = seeing;
    },
    pass(signal, items, client) {
      const result = sift(batchOf(signal, items, client));
      result.settled?.(true);
      return itemsOf(result.batch);
    },
  };
}

export function batchOf(signal: Signal, items: readonly JsonObject[], client = "192.0.2.1"): Batch {
  const trees: Partial<Record<Signal, JsonObject>> = {
    logs: { resourceLogs: [{ scopeLogs: [{ logRecords: items }] }] },
    traces: { resourceSpans: [{ scopeSpans: [{ spans: items }] }] },
  };
  return createBatch(signal, encodeRequest(signal, trees[signal]!), { address: client });
}

export function itemsOf(batch: Batch): JsonObject[] {
  return [...viewOf(batch).items()].map(({ item }) => item);
}

export function stringAttribute(key: string, text: string): JsonObject {
  return { key, value: { stringValue: text } };
}

/** Its attributes, as an object. */
export function attributesOf(item: JsonObject | undefined): Readonly<Record<string, unknown>> {
  const attributes = (item?.attributes ?? []) as readonly { key: string; value: JsonObject }[];
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
