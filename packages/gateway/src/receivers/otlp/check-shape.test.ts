import { encodeRequest, type JsonObject, SIGNALS, type Signal } from "@scrim/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestProto } from "../../../testing/otlp.ts";
import { checkShape } from "./check-shape.ts";
import { Refusal } from "./refusal.ts";

const LIMITS = { max_items: 10, max_attributes_per_item: 5, max_key_size: 20, max_value_size: 50 };

const attributes = (count: number, key = "k") =>
  Array.from({ length: count }, (_, n) => ({ key: `${key}${n}`, value: { stringValue: "v" } }));

const log = (record: JsonObject, resource: JsonObject = {}, scope: JsonObject = {}) =>
  encodeRequest("logs", {
    resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }],
  } as unknown as JsonObject);

const span = (fields: JsonObject) =>
  encodeRequest("traces", {
    resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }],
  } as unknown as JsonObject);

const metric = (fields: JsonObject) =>
  encodeRequest("metrics", {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [fields] }] }],
  } as unknown as JsonObject);

function reasonOf(signal: Signal, bytes: Buffer, items = 1, limits = LIMITS): string {
  try {
    checkShape({ signal, bytes, items }, limits);
    return "fine";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.violation).toMatchObject({ field: expect.stringMatching(/^(byte \d+|body)$/) });
    return error.reason;
  }
}

const text = (length: number) => ({ stringValue: "x".repeat(length) });
const json = (value: unknown) => value as JsonObject;

const cases: readonly [name: string, expected: string, signal: Signal, bytes: Buffer][] = [
  ["attributes of the limit", "fine", "logs", log(json({ attributes: attributes(5) }))],
  ["one attribute more", "attributes", "logs", log(json({ attributes: attributes(6) }))],
  ["one more in the resource", "attributes", "logs", log({}, json({ attributes: attributes(6) }))],
  ["one more in the scope", "attributes", "logs", log({}, {}, json({ attributes: attributes(6) }))],
  [
    "as many in each of three places",
    "fine",
    "logs",
    log(
      json({ attributes: attributes(5) }),
      json({ attributes: attributes(5) }),
      json({ attributes: attributes(5) }),
    ),
  ],
  [
    "nested ones among them",
    "attributes",
    "logs",
    log(json({ attributes: attributes(3), body: { kvlistValue: { values: attributes(3) } } })),
  ],
  [
    "those of a span's events and links together",
    "attributes",
    "traces",
    span(
      json({
        attributes: attributes(2),
        events: [{ attributes: attributes(2) }],
        links: [{ attributes: attributes(2) }],
      }),
    ),
  ],
  [
    "those of one data point",
    "attributes",
    "metrics",
    metric(json({ gauge: { dataPoints: [{ asInt: "1", attributes: attributes(6) }] } })),
  ],
  [
    "those of many data points",
    "fine",
    "metrics",
    metric(json({ gauge: { dataPoints: Array(9).fill({ asInt: "1", attributes: attributes(5) }) } })),
  ],
  [
    "a key of the limit",
    "fine",
    "logs",
    log(json({ attributes: [{ key: "k".repeat(20), value: text(1) }] })),
  ],
  [
    "a key of a byte more",
    "key_size",
    "logs",
    log(json({ attributes: [{ key: "k".repeat(21), value: text(1) }] })),
  ],
  ["a value of the limit", "fine", "logs", log(json({ body: text(50) }))],
  ["a value of a byte more", "value_size", "logs", log(json({ body: text(51) }))],
  [
    "bytes of a byte more",
    "value_size",
    "logs",
    log(json({ body: { bytesValue: Buffer.alloc(51).toString("base64") } })),
  ],
  ["a name of a byte more", "value_size", "metrics", metric(json({ name: "x".repeat(51) }))],
  [
    "a schema url of a byte more",
    "value_size",
    "logs",
    encodeRequest("logs", json({ resourceLogs: [{ schemaUrl: "x".repeat(51) }] })),
  ],
  [
    "a string table's entry of a byte more",
    "value_size",
    "profiles",
    encodeRequest("profiles", json({ dictionary: { stringTable: ["", "x".repeat(51)] } })),
  ],
];

describe("33: limits on the shape of a request", () => {
  test.each(cases)("%s: %s", (_, expected, signal, bytes) => {
    expect(reasonOf(signal, bytes)).toBe(expected);
  });

  test("items over the limit", () => {
    expect(reasonOf("logs", requestProto("logs"), 10)).toBe("fine");
    expect(reasonOf("logs", requestProto("logs"), 11)).toBe("items");
  });

  test("any log record: refused exactly if it breaks a limit, whatever is stepped over", () => {
    const record = fc.record({
      keys: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }),
      values: fc.array(fc.integer({ min: 0, max: 70 }), { maxLength: 8 }),
    });
    const limits = fc.record({
      max_attributes_per_item: fc.integer({ min: 1, max: 8 }),
      max_key_size: fc.integer({ min: 1, max: 30 }),
      max_value_size: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(record, limits, ({ keys, values }, some) => {
        const made = keys.map((length, n) => ({ key: "k".repeat(length), value: text(values[n] ?? 0) }));
        const bytes = log(json({ attributes: made }));
        const breaks =
          made.length > some.max_attributes_per_item ||
          made.some(({ key }) => key.length > some.max_key_size) ||
          made.some(({ value }) => value.stringValue.length > some.max_value_size);
        expect(reasonOf("logs", bytes, 1, { ...LIMITS, ...some }) !== "fine").toBe(breaks);
      }),
    );
  });

  test("any bytes: it ends, refuses or says why they are no protobuf", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SIGNALS), fc.uint8Array({ maxLength: 300 }), (signal, raw) => {
        const bytes = Buffer.from(raw);
        try {
          checkShape({ signal, bytes, items: 0 }, LIMITS);
        } catch (error) {
          expect(error).toMatchObject({ name: expect.stringMatching(/^(Refusal|OperatingError)$/) });
        }
      }),
    );
  });
});
