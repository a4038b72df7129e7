import { createHash } from "node:crypto";
import { type Batch, isDropped, isSifted, MetricRegistry, type ProcessorContext } from "@scrim/pipeline";
import type { JsonObject } from "@scrim/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { attributesOf, batchOf, itemsOf, stringAttribute } from "../../../testing/capture.ts";
import { GRANT_ID, TRACE_ID } from "../../../testing/grants.ts";
import { probabilisticSamplerProcessor } from "./probabilistic-sampler.ts";
import { ProbabilisticSamplerConfig, type SamplingMode } from "./sampler-config.ts";
import { SAMPLER_LOGS, SAMPLER_SPANS } from "./sampler-metrics.ts";

type Config = Partial<typeof ProbabilisticSamplerConfig._zod.input>;

async function startSampler(config: Config) {
  const metrics = new MetricRegistry();
  const parsed = ProbabilisticSamplerConfig.parse({ sampling_percentage: 50, ...config });
  const context = { id: "probabilistic_sampler", metrics } as unknown as ProcessorContext;
  const processor = await probabilisticSamplerProcessor.create(parsed, context);
  const sift = (batch: Batch) => {
    const result = processor.process(batch);
    if (result instanceof Promise || isDropped(result)) throw new Error("it never does");
    return isSifted(result) ? result : { batch: result, dropped: new Map<string, number>(), held: 0 };
  };
  const keep = (signal: "logs" | "traces", items: readonly JsonObject[], isChecked = false) =>
    itemsOf(sift({ ...batchOf(signal, items), approvals_checked: isChecked }).batch);
  return { sift, keep, metrics };
}

const MODES: readonly SamplingMode[] = ["hash_seed", "proportional", "equalizing"];
const SIGNALS = ["logs", "traces"] as const;

/** Trace ids that look random and are the same in every run. */
function traceIds(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) =>
    createHash("sha256")
      .update(`trace ${from + n}`)
      .digest("hex")
      .slice(0, 32),
  );
}

const itemsFor = (ids: readonly string[]): JsonObject[] =>
  ids.map((traceId) => ({ traceId, spanId: "00f067aa0ba902b7" }));
const idsOf = (items: readonly JsonObject[]) => items.map(({ traceId }) => traceId);

const TRACES = 20_000;

test.each(MODES.flatMap((mode) => SIGNALS.map((signal) => [mode, signal] as const)))(
  "%s, %s: the share that is kept is the one asked for",
  async (mode, signal) => {
    const items = itemsFor(traceIds(TRACES));
    for (const percentage of [0.5, 10, 33.3, 50, 90, 99.5]) {
      const { keep } = await startSampler({ mode, sampling_percentage: percentage });
      const share = percentage / 100;
      const deviation = Math.sqrt((share * (1 - share)) / TRACES);
      expect(Math.abs(keep(signal, items).length / TRACES - share)).toBeLessThan(5 * deviation + 1 / 16_384);
    }
  },
);

test.each(MODES)("%s: 0 keeps nothing, and 100 and more keep all", async (mode) => {
  const items = itemsFor(traceIds(1_000));
  for (const [sampling_percentage, kept] of [
    [0, 0],
    [100, 1_000],
    [250, 1_000],
  ] as const) {
    const { keep } = await startSampler({ mode, sampling_percentage });
    expect(SIGNALS.map((signal) => keep(signal, items).length)).toEqual([kept, kept]);
  }
});

test.each(MODES)("%s: services, signals and batches decide alike", async (mode) => {
  const ids = traceIds(500);
  const one = await startSampler({ mode, sampling_percentage: 30 });
  const other = await startSampler({ mode, sampling_percentage: 30 });
  const kept = idsOf(one.keep("traces", itemsFor(ids)));
  expect(kept.length).toBeGreaterThan(100);
  expect(idsOf(other.keep("logs", itemsFor(ids)))).toEqual(kept);
  expect(ids.filter((id) => other.keep("traces", itemsFor([id])).length === 1)).toEqual(kept);
});

test.each(MODES)("%s: any two percentages: who keeps more keeps all that the other does", async (mode) => {
  const items = itemsFor(traceIds(200));
  const percentages = fc.double({ min: 0, max: 100, noNaN: true });
  await fc.assert(
    fc.asyncProperty(percentages, percentages, async (a, b) => {
      const [less, more] = await Promise.all(
        [Math.min(a, b), Math.max(a, b)].map((sampling_percentage) =>
          startSampler({ mode, sampling_percentage, sampling_precision: 14 }),
        ),
      );
      const kept = new Set(idsOf(more!.keep("traces", items)));
      expect(idsOf(less!.keep("traces", items)).filter((id) => !kept.has(id))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test("another seed decides differently, and the same alike", async () => {
  const items = itemsFor(traceIds(500));
  const kept = async (hash_seed: number) => idsOf((await startSampler({ hash_seed })).keep("traces", items));
  expect(await kept(7)).toEqual(await kept(7));
  expect(await kept(7)).not.toEqual(await kept(8));
});

test("tiers of proportional samplers keep the product, and say so", async () => {
  const { keep } = await startSampler({ sampling_percentage: 50 });
  const once = keep("traces", itemsFor(traceIds(TRACES)));
  const twice = keep("traces", once);
  expect(Math.abs(twice.length / TRACES - 0.25)).toBeLessThan(0.02);
  expect(new Set(once.map(({ traceState }) => traceState))).toEqual(new Set(["ot=th:8"]));
  expect(new Set(twice.map(({ traceState }) => traceState))).toEqual(new Set(["ot=th:c"]));
});

test("tiers of equalizing samplers keep what the strictest does", async () => {
  const half = await startSampler({ mode: "equalizing", sampling_percentage: 50 });
  const quarter = await startSampler({ mode: "equalizing", sampling_percentage: 25 });
  const once = quarter.keep("traces", itemsFor(traceIds(1_000)));
  expect(half.keep("traces", once)).toEqual(once);
  expect(idsOf(quarter.keep("traces", half.keep("traces", itemsFor(traceIds(1_000)))))).toEqual(idsOf(once));
});

const SPAN: JsonObject = { traceId: TRACE_ID, spanId: "00f067aa0ba902b7" };
const KEPT = "ffffffffffffff";

/** At 50 %; undefined for what is dropped. */
const STATES: readonly [name: string, state: string, left: string | undefined, config?: Config][] = [
  ["explicit randomness that is kept", "ot=th:0;rv:9b8233f7e3a151", "ot=th:8;rv:9b8233f7e3a151"],
  ["explicit randomness that is not", "ot=rv:7b8233f7e3a151", undefined],
  ["other members and keys", `x=1, ot=a:b;rv:${KEPT} ,y=2`, `ot=th:8;a:b;rv:${KEPT},x=1,y=2`],
  ["a threshold that it would not have passed", "ot=th:c;rv:9b8233f7e3a151", undefined],
  ["the same, failing open", "ot=th:c;rv:9b8233f7e3a151", "ot=rv:9b8233f7e3a151", { fail_closed: false }],
  ["randomness that is none", "ot=rv:zz", undefined],
  ["the same, failing open", "ot=th:8;rv:zz", "ot=rv:zz", { fail_closed: false }],
  ["two members of ours", `ot=rv:${KEPT},ot=th:0`, undefined],
  ["two thresholds", `ot=th:0;th:8;rv:${KEPT}`, undefined],
  ["more than anybody carries", `ot=rv:${KEPT},x=${"1".repeat(512)}`, undefined],
  ["randomness of its own, by hash", `ot=rv:${KEPT}`, undefined, { mode: "hash_seed" }],
  ["a stricter threshold, equalizing", `ot=th:c;rv:${KEPT}`, `ot=th:c;rv:${KEPT}`, { mode: "equalizing" }],
];

test.each(STATES)("a span with %s", async (_, traceState, left, config = {}) => {
  const { keep } = await startSampler({ mode: "proportional", ...config });
  const kept = keep("traces", [{ ...SPAN, traceState }]);
  expect(kept.map((span) => span.traceState)).toEqual(left === undefined ? [] : [left]);
});

test("a list of members stays within what W3C allows", async () => {
  const { keep } = await startSampler({ sampling_percentage: 100 });
  const traceState = Array.from({ length: 32 }, (_, n) => `k${n}=1`).join(",");
  const [span] = keep("traces", [{ ...SPAN, traceState }]);
  expect((span!.traceState as string).split(",")).toEqual(["ot=th:0", ...traceState.split(",").slice(0, 31)]);
});

test("the hash's randomness is written, so that others decide alike", async () => {
  const byHash = await startSampler({ mode: "hash_seed", sampling_percentage: 50 });
  const equalizing = await startSampler({ mode: "equalizing", sampling_percentage: 50 });
  const kept = byHash.keep("traces", itemsFor(traceIds(200)));
  expect(kept[0]!.traceState).toMatch(/^ot=th:8;rv:[0-9a-f]{14}$/);
  expect(equalizing.keep("traces", kept)).toEqual(kept);
});

test.each(MODES)("%s: what has no trace is dropped, or kept where it fails open", async (mode) => {
  const lost: readonly JsonObject[] = [{ name: "x" }, { traceId: "0".repeat(32) }];
  for (const fail_closed of [true, false]) {
    const { sift } = await startSampler({ mode, fail_closed, sampling_percentage: 100 });
    const { batch, dropped } = sift(batchOf("traces", lost));
    expect(batch.items).toBe(fail_closed ? 0 : 2);
    expect(dropped.get("sampling_fault")).toBe(fail_closed ? 2 : undefined);
  }
});

const marked = (item: JsonObject): JsonObject => ({
  ...item,
  attributes: [stringAttribute("scrim.grant.id", GRANT_ID)],
});

test.each(MODES.flatMap((mode) => SIGNALS.map((signal) => [mode, signal] as const)))(
  "%s, %s: what a grant approved is kept, if this gateway says so, and not because its sender does",
  async (mode, signal) => {
    const items = itemsFor(traceIds(100)).map(marked);
    const { keep, metrics } = await startSampler({ mode, sampling_percentage: 0 });
    expect(keep(signal, items, true)).toEqual(items);
    expect(keep(signal, items, false)).toEqual([]);
    expect(keep(signal, itemsFor(traceIds(100)), true)).toEqual([]);
    const metric = signal === "logs" ? SAMPLER_LOGS : SAMPLER_SPANS;
    const labels = { processor: "probabilistic_sampler", policy: "grant", sampled: "true" };
    expect(metrics.value(metric, labels)).toBe(100);
  },
);

test("what is kept for a grant alone says no threshold", async () => {
  const { keep } = await startSampler({ sampling_percentage: 1 });
  const [span] = keep("traces", [marked({ ...SPAN, traceState: "ot=th:8;rv:80000000000000" })], true);
  expect(span!.traceState).toBe("ot=rv:80000000000000");
});

test("senders can't ask to be kept", async () => {
  const { keep } = await startSampler({ sampling_percentage: 0 });
  const priority = [{ key: "sampling.priority", value: { intValue: "1" } }];
  expect(keep("traces", [{ ...SPAN, attributes: priority }])).toEqual([]);
});

const FROM: Config = { from_attribute: "request.id" };
const REQUEST = stringAttribute("request.id", "r-17");

/** At 100 %; the attributes that a record leaves with, or undefined where it is dropped. */
const RECORDS: readonly [name: string, record: JsonObject, config: Config, left: object | undefined][] = [
  ["a trace", { traceId: TRACE_ID }, {}, { "sampling.threshold": "0" }],
  [
    "a trace and attributes",
    { traceId: TRACE_ID, attributes: [stringAttribute("a", "b")] },
    {},
    { a: "b", "sampling.threshold": "0" },
  ],
  ["nothing", {}, {}, undefined],
  ["nothing, failing open", { body: { stringValue: "x" } }, { fail_closed: false }, {}],
  [
    "an attribute, and no trace",
    { attributes: [REQUEST] },
    FROM,
    { "sampling.threshold": "0", "sampling.randomness": expect.stringMatching(/^[0-9a-f]{14}$/) },
  ],
  [
    "an attribute that is empty, and no trace",
    { attributes: [stringAttribute("request.id", "")] },
    FROM,
    undefined,
  ],
  [
    "a trace, where the attribute decides",
    { traceId: TRACE_ID },
    { ...FROM, attribute_source: "record" },
    undefined,
  ],
  [
    "randomness of its own",
    { attributes: [stringAttribute("sampling.randomness", KEPT)] },
    {},
    { "sampling.threshold": "0" },
  ],
  [
    "randomness that is none",
    { traceId: TRACE_ID, attributes: [stringAttribute("sampling.randomness", "x")] },
    {},
    undefined,
  ],
  [
    "a threshold that it would not have passed",
    { traceId: TRACE_ID, attributes: [stringAttribute("sampling.threshold", "ff")] },
    {},
    undefined,
  ],
  [
    "two thresholds",
    {
      traceId: TRACE_ID,
      attributes: [stringAttribute("sampling.threshold", "0"), stringAttribute("sampling.threshold", "0")],
    },
    {},
    undefined,
  ],
];

test.each(RECORDS)("a record with %s", async (_, record, config, left) => {
  const { keep } = await startSampler({ sampling_percentage: 100, ...config });
  const kept = keep("logs", [record]);
  expect(kept.map(attributesOf)).toEqual(left === undefined ? [] : [expect.objectContaining(left)]);
});

test("a threshold that grows is replaced", async () => {
  const { keep } = await startSampler({ sampling_percentage: 50 });
  const attributes = [
    stringAttribute("sampling.threshold", "8"),
    stringAttribute("sampling.randomness", KEPT),
  ];
  const [record] = keep("logs", [{ attributes }]);
  expect(attributesOf(record)).toEqual({ "sampling.threshold": "c", "sampling.randomness": KEPT });
});

test("records of one attribute's value are kept alike, whatever its type", async () => {
  const { keep } = await startSampler({ ...FROM, attribute_source: "record" });
  const values = [
    { stringValue: "7" },
    { intValue: "7" },
    { bytesValue: Buffer.from("7").toString("base64") },
  ];
  const kept = (value: JsonObject) => keep("logs", [{ attributes: [{ key: "request.id", value }] }]).length;
  expect(new Set(values.map(kept)).size).toBe(1);
  const share =
    Array.from({ length: 400 }, (_, n) => kept({ intValue: String(n) })).filter(Boolean).length / 400;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.15);
});

test("other signals pass as they are", async () => {
  const { sift } = await startSampler({ sampling_percentage: 0 });
  const batch = { ...batchOf("logs", []), signal: "metrics" as const, bytes: Buffer.alloc(0), items: 0 };
  expect(sift(batch).batch).toBe(batch);
});

const REFUSED: readonly [name: string, config: object][] = [
  ["no percentage", {}],
  ["a negative percentage", { sampling_percentage: -1 }],
  ["records that decide, by nothing", { sampling_percentage: 1, attribute_source: "record" }],
  ["a way for senders to be kept", { sampling_percentage: 1, sampling_priority: "p" }],
  ["a precision that there isn't", { sampling_percentage: 1, sampling_precision: 15 }],
];

test.each(REFUSED)("%s is refused", (_, config) => {
  expect(ProbabilisticSamplerConfig.safeParse(config).success).toBe(false);
});
