import fc from "fast-check";
import { expect, test } from "vitest";
import { TestClock } from "../test/fixtures.ts";
import { FlightRecorder, type FlightRecorderLimits } from "./flight-recorder.ts";

const LIMITS: FlightRecorderLimits = {
  trace_records_max: 3,
  trace_bytes_max: 100,
  seconds: 30,
  records_max: 10,
  bytes_max: 500,
};

function setUp(limits = LIMITS) {
  const clock = new TestClock();
  return { clock, recorder: new FlightRecorder<string>(limits, clock) };
}

test("what is held of a trace comes out once, in its order", () => {
  const { recorder } = setUp();
  recorder.add("a", "", "1", 10);
  recorder.add("b", "", "2", 10);
  recorder.add("a", "", "3", 10);
  expect(recorder.take("a", 30)).toEqual({ items: ["1", "3"], evicted: 0 });
  expect(recorder.take("a", 30)).toBe(undefined);
  expect([...recorder.traceIds]).toEqual(["b"]);
});

test("a trace keeps its last records, by number and by bytes, and says how many are gone", () => {
  const { recorder } = setUp();
  for (let i = 1; i <= 5; i++) recorder.add("a", "", String(i), 10);
  expect(recorder.take("a", 30)).toEqual({ items: ["3", "4", "5"], evicted: 2 });
  recorder.add("b", "", "1", 60);
  recorder.add("b", "", "2", 60);
  expect(recorder.take("b", 30)).toEqual({ items: ["2"], evicted: 1 });
  recorder.add("c", "", "too large", 101);
  expect(recorder.take("c", 30)).toBe(undefined);
});

test("only as far back is released as was approved, and nothing that is too old", () => {
  const { clock, recorder } = setUp();
  recorder.add("a", "", "1", 10);
  clock.advance(20);
  recorder.add("a", "", "2", 10);
  clock.advance(5);
  expect(recorder.take("a", 10)).toEqual({ items: ["2"], evicted: 1 });
  recorder.add("a", "", "3", 10);
  clock.advance(31);
  expect(recorder.take("a", 300)).toBe(undefined);
});

test("what nobody asks for is forgotten", () => {
  const { clock, recorder } = setUp();
  recorder.add("a", "", "1", 10);
  clock.advance(31);
  recorder.add("b", "", "2", 10);
  recorder.expire();
  expect([...recorder.traceIds]).toEqual(["b"]);
  expect([recorder.records, recorder.bytes]).toEqual([1, 10]);
});

test("a client that takes most loses its own traces first", () => {
  const { recorder } = setUp();
  recorder.add("quiet", "10.0.0.1", "1", 50);
  for (let i = 0; i < 100; i++) recorder.add(`loud${i}`, "10.0.0.2", "x", 50);
  expect(recorder.take("quiet", 30)).toEqual({ items: ["1"], evicted: 0 });
  expect(recorder.take("loud0", 30)).toBe(undefined);
  expect(recorder.take("loud99", 30)).toEqual({ items: ["x"], evicted: 0 });
});

test("records that are too large leave nothing behind that grows", () => {
  const { recorder } = setUp();
  for (let i = 0; i < 1_000; i++) recorder.add(`t${i}`, `c${i}`, "x", 101);
  expect([...recorder.traceIds].length).toBeLessThanOrEqual(LIMITS.records_max);
});

test("whatever comes, the bounds hold and the sums are right", () => {
  const step = fc.oneof(
    fc.record({
      add: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      client: fc.constantFrom("x", "y"),
      bytes: fc.nat(120),
    }),
    fc.record({ take: fc.constantFrom("a", "b", "c") }),
    fc.record({ wait: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { clock, recorder } = setUp();
      for (const does of steps) {
        if ("add" in does) recorder.add(does.add, does.client, "r", does.bytes);
        else if ("take" in does) recorder.take(does.take, 30);
        else {
          clock.advance(does.wait);
          recorder.expire();
        }
        expect(recorder.records).toBeLessThanOrEqual(LIMITS.records_max);
        expect(recorder.bytes).toBeLessThanOrEqual(LIMITS.bytes_max);
      }
      let left = 0;
      for (const traceId of [...recorder.traceIds]) left += recorder.take(traceId, 30)?.items.length ?? 0;
      expect(left).toBeLessThanOrEqual(LIMITS.records_max);
      expect([recorder.records, recorder.bytes]).toEqual([0, 0]);
    }),
  );
});
