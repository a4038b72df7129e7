import { encodeRequest } from "@scrim/wire";
import { expect, test } from "vitest";
import { type Batch, createBatch, type Processed } from "../batch.ts";
import { instrumentProcessor } from "../graph/instrument.ts";
import { MetricRegistry } from "./metric-registry.ts";
import { type EndedSpan, Tracer } from "./tracer.ts";

const BATCH = createBatch(
  "logs",
  encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}] }] }] }),
  { address: undefined },
);
const START = { name: "n", kind: "internal", attributes: {} } as const;

function listening() {
  const tracer = new Tracer();
  const ended: EndedSpan[] = [];
  const release = tracer.use({ takes: () => true, ended: (span) => void ended.push(span) });
  return { tracer, ended, release };
}

const placeAt = (tracer: Tracer) => tracer.receive(BATCH, START, (batch) => batch);

test("without a sink, and below what is not traced, a batch stays as it is", async () => {
  expect(await placeAt(new Tracer())).toBe(BATCH);
  const { tracer, ended, release } = listening();
  expect(await tracer.step(BATCH, START, (batch) => batch)).toBe(BATCH);
  expect(await tracer.joint(BATCH, [BATCH, BATCH], START, (batch) => batch)).toBe(BATCH);
  release();
  expect(await placeAt(tracer)).toBe(BATCH);
  expect(ended).toEqual([]);
});

test("a sink that was replaced takes nothing away from the next", async () => {
  const { tracer, ended, release } = listening();
  const next: EndedSpan[] = [];
  tracer.use({ takes: () => true, ended: (span) => void next.push(span) });
  release();
  await placeAt(tracer);
  expect([ended.length, next.length]).toEqual([0, 1]);
});

test("a step that throws is an error, and the error passes unchanged", async () => {
  const { tracer, ended } = listening();
  const error = new Error("with data");
  const thrown = tracer.receive(BATCH, START, () => Promise.reject(error));
  await expect(thrown).rejects.toBe(error);
  expect(ended).toMatchObject([{ is_error: true, parent_id: undefined, attributes: {} }]);
  expect(JSON.stringify(ended)).not.toContain("with data");
});

test("links are bounded", async () => {
  const { tracer, ended } = listening();
  const sources = await Promise.all(Array.from({ length: 100 }, () => placeAt(tracer)));
  await tracer.joint(BATCH, sources, START, () => undefined);
  const joint = ended.at(-1)!;
  expect(joint).toMatchObject({
    trace_id: sources[0]!.trace!.trace_id,
    parent_id: sources[0]!.trace!.span_id,
  });
  expect(joint.links).toEqual(sources.slice(1, 33).map(({ trace }) => trace));
});

const PROCESSORS: readonly (readonly [name: string, process: (batch: Batch) => Processed])[] = [
  ["a batch of its own", () => BATCH],
  ["a part of one", () => ({ batch: BATCH, dropped: new Map(), held: 0 })],
];
test.each(PROCESSORS)("a processor that returns %s doesn't end the trace", async (_name, process) => {
  const { tracer } = listening();
  const step = instrumentProcessor("p", { process }, new MetricRegistry(), tracer);
  const traced = await placeAt(tracer);
  const result = (await step(traced)) as Batch & { batch?: Batch };
  expect((result.batch ?? result).trace).toEqual(traced.trace);
});

test("what a processor is told of the outcome reaches it also where it is traced", async () => {
  const { tracer } = listening();
  const told: boolean[] = [];
  const process = () => ({
    batch: BATCH,
    dropped: new Map(),
    held: 0,
    settled: (it: boolean) => void told.push(it),
  });
  const step = instrumentProcessor("p", { process }, new MetricRegistry(), tracer);
  const result = await step(await placeAt(tracer));
  if ("held" in result) result.settled?.(true);
  expect(told).toEqual([true]);
});
