import { OperatingError } from "@scrim/errors";
import { encodeRequest } from "@scrim/wire";
import { expect, test } from "vitest";
import { fakeClock } from "../../testing/fake-clock.ts";
import { type Batch, createBatch } from "../batch.ts";
import { createMemoryQueue } from "./memory-queue.ts";

function batchOf(length: number): Batch {
  const record = { body: { stringValue: "x".repeat(length) } };
  const bytes = encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  return createBatch("logs", bytes, { address: undefined });
}

function create(bytesMax: number) {
  const clock = fakeClock();
  return { clock, queue: createMemoryQueue({ bytesMax: () => bytesMax, clock }) };
}

/** What has become of an append so far. */
function watch(promise: Promise<void>): { outcome: string } {
  const watched = { outcome: "waits" };
  promise.then(
    () => {
      watched.outcome = "taken";
    },
    (error: unknown) => {
      watched.outcome = error instanceof OperatingError ? error.code : "thrown";
    },
  );
  return watched;
}

test("115, 117: batches come out in order, for each exporter by itself, as the same bytes", async () => {
  const { queue } = create(1e6);
  const batches = [batchOf(1), batchOf(2), batchOf(3)];
  for (const batch of batches) await queue.append(batch, ["a", "b"]);
  for (const exporter of ["a", "b"]) {
    const outlet = queue.outlet(exporter);
    expect(outlet.items).toBe(3);
    const taken = [await outlet.take(), await outlet.take(), await outlet.take()];
    expect(taken.map((one) => one?.batch.bytes)).toEqual(batches.map(({ bytes }) => bytes));
    expect(taken.map((one) => one?.sequence)).toEqual([1, 2, 3]);
    expect(await outlet.take()).toBeUndefined();
    for (const one of taken) outlet.settle(one!);
    expect(outlet.items).toBe(0);
  }
});

test("very many very small batches hold on to no more memory than is counted", async () => {
  const { queue } = create(1e6);
  for (let n = 0; n < 50; n++) await queue.append(batchOf(n), ["a"]);
  const outlet = queue.outlet("a");
  const memory = new Set<ArrayBufferLike>();
  for (let one = await outlet.take(); one !== undefined; one = await outlet.take())
    memory.add(one.batch.bytes.buffer);
  const bytes = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(bytes).toBeLessThan(50 * 1_200);
});

test("where there is no room it waits for some, and after a time says that it is full", async () => {
  const { clock, queue } = create(5_000);
  await queue.append(batchOf(2_000), ["a"]);
  const [second, third] = [
    watch(queue.append(batchOf(2_000), ["a"])),
    watch(queue.append(batchOf(2_500), ["a"])),
  ];
  await clock.advance(4_000);
  expect([second.outcome, third.outcome]).toEqual(["waits", "waits"]);
  const outlet = queue.outlet("a");
  outlet.settle((await outlet.take())!);
  await clock.advance(0);
  expect([second.outcome, third.outcome]).toEqual(["taken", "waits"]);
  await clock.advance(1_000);
  expect(third.outcome).toBe("QUEUE_FULL");
  expect(outlet.items).toBe(1);
  expect(outlet.bytes_max).toBe(5_000);
  expect(outlet.bytes).toBeLessThanOrEqual(5_000);
});

test("what does not fit for one exporter is kept for none", async () => {
  const { clock, queue } = create(5_000);
  await queue.append(batchOf(3_000), ["a"]);
  const both = watch(queue.append(batchOf(3_000), ["b", "a"]));
  await clock.advance(5_000);
  expect([both.outcome, queue.outlet("b").items]).toEqual(["QUEUE_FULL", 0]);
});

test("117: an exporter that is away takes no room from another", async () => {
  const { queue } = create(5_000);
  await queue.append(batchOf(3_900), ["a"]);
  await queue.append(batchOf(3_900), ["b"]);
  expect([queue.outlet("a").items, queue.outlet("b").items]).toEqual([1, 1]);
});

test("a batch that is larger than all the room is let in alone", async () => {
  const { clock, queue } = create(1_000);
  await queue.append(batchOf(5_000), ["a"]);
  const next = watch(queue.append(batchOf(1), ["a"]));
  await clock.advance(5_000);
  expect(next.outcome).toBe("QUEUE_FULL");
});

test("very many empty batches are bounded as well", async () => {
  const { clock, queue } = create(100_000);
  let taken = 0;
  for (let n = 0; n < 200; n++) {
    const appended = watch(queue.append(batchOf(0), ["a"]));
    await clock.advance(0);
    if (appended.outcome === "taken") taken++;
  }
  expect(taken).toBeLessThan(100);
});

test("who waits for something to take is called, or let go", async () => {
  const { queue } = create(1e6);
  const outlet = queue.outlet("a");
  const over = new AbortController();
  const [called, letGo] = [
    outlet.wait(new AbortController().signal).then(() => "called"),
    outlet.wait(over.signal).then(() => "let go"),
  ];
  over.abort();
  expect(await letGo).toBe("let go");
  await queue.append(batchOf(1), ["a"]);
  expect(await called).toBe("called");
  await outlet.wait(new AbortController().signal); // there is something
});

test("thousands of batches go through in order", async () => {
  const { queue } = create(1e9);
  const outlet = queue.outlet("a");
  const batch = batchOf(1);
  let expected = 1;
  for (let n = 0; n < 5_000; n++) {
    await queue.append(batch, ["a"]);
    if (n % 3 === 2) for (let k = 0; k < 2; k++) expect((await outlet.take())?.sequence).toBe(expected++);
  }
  for (let one = await outlet.take(); one !== undefined; one = await outlet.take())
    expect(one.sequence).toBe(expected++);
  expect(expected).toBe(5_001);
});
