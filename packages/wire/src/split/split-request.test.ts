import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage } from "../../test/arbitrary-message.ts";
import { codeOf } from "../../test/error-of.ts";
import { EXAMPLE_REQUESTS } from "../../test/example-requests.ts";
import { secondDecoder } from "../../test/second-decoder.ts";
import { leavesOf } from "../../test/split-model.ts";
import { encodeParts, wrap } from "../../test/wire-model.ts";
import {
  countItems,
  encodeRequest,
  type JsonObject,
  REQUEST_TYPES,
  SIGNALS,
  type Signal,
  splitRequest,
} from "../index.ts";

const decoders = Object.fromEntries(
  SIGNALS.map((signal) => [signal, secondDecoder(REQUEST_TYPES[signal])]),
) as Record<Signal, (bytes: Uint8Array) => JsonObject>;

function leaves(signal: Signal, bytes: Uint8Array): string[] {
  return leavesOf(signal, decoders[signal](bytes));
}

test.each(SIGNALS)("28: %s: parts stay below the limit, and mean together what the whole meant", (signal) => {
  const message = arbitraryMessage(REQUEST_TYPES[signal], { unknown: true });
  const joined = fc.array(message, { minLength: 1, maxLength: 5 }).map((messages) => messages.flat());
  let divided = 0;
  fc.assert(
    fc.property(joined, fc.integer({ min: 0, max: 400 }), (tree, bytesMax) => {
      const bytes = encodeParts(tree);
      const parts = [...splitRequest(signal, bytes, bytesMax)];
      if (parts.length > 1) divided++;
      for (const part of parts) expect(part.isOversized).toBe(part.bytes.length > bytesMax);
      if (parts.length === 1 && parts[0]!.bytes === bytes) return;
      expect(parts.flatMap((part) => leaves(signal, part.bytes))).toEqual(leaves(signal, bytes));
      const items = parts.reduce((sum, part) => sum + countItems(signal, part.bytes), 0);
      expect(items).toBe(countItems(signal, bytes));
    }),
    { numRuns: 400 },
  );
  expect(divided).toBeGreaterThan(20);
});

const EXAMPLES = EXAMPLE_REQUESTS.map(([name, signal, tree]) => {
  const [key, [resource]] = Object.entries(tree)[0] as [string, [JsonObject]];
  return [name, signal, { ...tree, [key]: Array.from({ length: 7 }, () => resource) }] as const;
});
test.each(EXAMPLES)("28: at every limit: %s, seven times over", (_, signal, tree) => {
  const bytes = encodeRequest(signal, tree);
  const whole = leaves(signal, bytes);
  for (let bytesMax = 0; bytesMax <= bytes.length; bytesMax += 1 + (bytesMax >> 5)) {
    const parts = [...splitRequest(signal, bytes, bytesMax)];
    expect(parts.flatMap((part) => leaves(signal, part.bytes))).toEqual(whole);
  }
});

const record = (text: string): JsonObject => ({ body: { stringValue: text } });
const logs = (...texts: readonly string[]): Buffer =>
  encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: texts.map(record) }] }] });
const sizes = (parts: Iterable<{ bytes: Buffer }>) =>
  [...parts].map(({ bytes }) => countItems("logs", bytes));

test("a part takes as much as fits, to the byte", () => {
  const five = logs("a", "b", "c", "d", "e");
  const three = logs("a", "b", "c").length;
  expect(sizes(splitRequest("logs", five, three - 1))).toEqual([2, 2, 1]);
  expect(sizes(splitRequest("logs", five, three))).toEqual([3, 2]);
  expect(sizes(splitRequest("logs", five, five.length))).toEqual([5]);
});

test("lengths that grow by a byte are counted", () => {
  const bytes = logs("a".repeat(50), "b".repeat(50), "c".repeat(200));
  for (let bytesMax = 60; bytesMax < bytes.length; bytesMax++)
    for (const part of splitRequest("logs", bytes, bytesMax))
      expect(part.bytes.length <= bytesMax || countItems("logs", part.bytes) === 1).toBe(true);
});

test("a request within the limit is not copied", () => {
  const bytes = logs("a", "b");
  expect([...splitRequest("logs", bytes, bytes.length)]).toEqual([{ bytes, isOversized: false }]);
  expect([...splitRequest("logs", bytes, bytes.length)][0]!.bytes).toBe(bytes);
});

test("28: an item that is too large alone comes apart, and the others are kept", () => {
  const bytes = logs("a", "b", "x".repeat(1000), "c");
  const parts = [...splitRequest("logs", bytes, 100)];
  expect(parts.map(({ bytes: part, isOversized }) => [countItems("logs", part), isOversized])).toEqual([
    [2, false],
    [1, true],
    [1, false],
  ]);
});

const metric = (name: string, points: number): JsonObject => ({
  name,
  sum: {
    aggregationTemporality: 2,
    isMonotonic: true,
    dataPoints: Array.from({ length: points }, (_, n) => ({ asInt: String(n + 1) })),
  },
});
const metrics = (...list: readonly JsonObject[]): Buffer =>
  encodeRequest("metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics: list }] }] });

test("metrics stay whole where they fit, and are divided between data points where not", () => {
  const bytes = metrics(metric("a", 3), metric("b", 3), metric("c", 30));
  const parts = [...splitRequest("metrics", bytes, 120)].map((part) =>
    JSON.stringify(decoders.metrics(part.bytes)),
  );
  expect(parts[0]).toContain('"name":"a"');
  expect(parts[0]).toContain('"name":"b"');
  const ofC = parts.filter((part) => part.includes('"name":"c"'));
  expect(ofC.length).toBeGreaterThan(2);
  for (const part of ofC) expect(part).toContain('"aggregationTemporality":2,"isMonotonic":true');
});

test("a metric whose data occurs twice is not divided: its parts would mean more than the whole", () => {
  const gauge = wrap(wrap(Buffer.from([0x49, ...Buffer.alloc(8)]), 0x0a), 0x2a);
  const sum = wrap(wrap(Buffer.from([0x49, ...Buffer.alloc(8)]), 0x0a), 0x3a);
  const bytes = wrap(Buffer.concat([gauge, sum]), 0x12, 0x12, 0x0a);
  expect([...splitRequest("metrics", bytes, 20)]).toEqual([{ bytes, isOversized: true }]);
});

test("what nobody knows about a resource or scope is in every part", () => {
  const unknown = Buffer.from("fa3e03636174", "hex"); // field 1007: "cat"
  const item = wrap(Buffer.from("x".repeat(20)), 0x62, 0x12); // event_name
  const scope = wrap(Buffer.concat([item, unknown, item]), 0x12);
  const bytes = wrap(Buffer.concat([unknown, scope, unknown]), 0x0a);
  const parts = [...splitRequest("logs", bytes, 60)];
  expect(parts.map((part) => part.bytes.toString("latin1").split("cat").length - 1)).toEqual([3, 3]);
});

test("envelopes that are repeated can't make much more than what came", () => {
  const resource = { attributes: [{ key: "k", value: { stringValue: "r".repeat(990) } }] };
  const logRecords = Array.from({ length: 10_000 }, () => ({}));
  const bytes = encodeRequest("logs", { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  const parts = [...splitRequest("logs", bytes, 1030)];
  expect(parts.reduce((sum, part) => sum + part.bytes.length, 0)).toBeLessThan(18 * bytes.length);
  expect(parts.reduce((sum, part) => sum + countItems("logs", part.bytes), 0)).toBe(10_000);
  expect(parts.filter((part) => part.isOversized)).toEqual([parts.at(-1)]);
});

test("parts are made when they are asked for", () => {
  const broken = Buffer.concat([logs("a".repeat(200), "b".repeat(200)), Buffer.of(0x0a, 0x7f)]);
  expect(codeOf(() => splitRequest("logs", broken, 100))).toBeUndefined();
  expect(codeOf(() => [...splitRequest("logs", broken, 100)])).toBe("WIRE_TRUNCATED");
});

test("any bytes: they are divided, or it is said why not", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SIGNALS), fc.uint8Array({ maxLength: 200 }), (signal, bytes) => {
      codeOf(() => [...splitRequest(signal, Buffer.from(bytes), 20)]);
    }),
    { numRuns: 2_000 },
  );
});
