import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { compilePolicy, definePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { decodeRequest } from "@scrim/wire";
import { expect, test, vi } from "vitest";
import { LogRecordRedactor } from "./log-record-redactor.ts";
import { RedactionTelemetry } from "./redaction-telemetry.ts";
import type { LogRecordLike } from "./sdk-types.ts";

const NODES_MAX = 128;

const PLAN = compilePolicy([
  definePolicy({
    version: 1,
    limits: { record_nodes_max: NODES_MAX },
    rules: [
      { attribute: "user", action: "mask", on_non_string: "stringify" },
      { attribute: "gone", action: "drop" },
    ],
  }),
]);

function recordOf(attributes: Record<string, unknown>): LogRecordLike {
  return {
    hrTime: [1, 2],
    hrTimeObserved: [1, 3],
    resource: { attributes: {} },
    instrumentationScope: { name: "test" },
    attributes,
    droppedAttributesCount: 0,
  };
}

const bytesOf = (record: LogRecordLike) =>
  Buffer.from(ProtobufLogsSerializer.serializeRequest([record as never])!);

const list = (length: number) => Array.from({ length }, (_, i) => `text ${i}`);
const map = (size: number) => Object.fromEntries(list(size).map((text, i) => [`k${i}`, text]));

const MANY: readonly (readonly [name: string, attributes: Record<string, unknown>])[] = [
  ["as many attributes as a record may have", map(NODES_MAX)],
  ["more attributes", map(NODES_MAX + 3)],
  ["a list with more elements", { before: "x", values: list(NODES_MAX + 3), after: "y" }],
  ["a map with more members", { before: "x", values: map(NODES_MAX + 3), after: "y" }],
  ["lists in lists", { values: [list(100), list(100), list(100)], after: "y" }],
  ["a map that an action takes whole", { user: map(2 * NODES_MAX), after: "y", rest: map(NODES_MAX) }],
  ["a map that is dropped", { gone: map(2 * NODES_MAX), after: "y" }],
  ["a list that is dropped", { gone: list(2 * NODES_MAX), after: "y", "jane@shop.example": 1 }],
  [
    "a list that is dropped, of a record that the engine has to see",
    { "jane@shop.example": 1, gone: list(2 * NODES_MAX), after: "y" },
  ],
];

test.each(MANY)("of %s the same is left as by the gateway, and the same is counted", (_, attributes) => {
  const telemetry = new RedactionTelemetry();
  let withheld = 0;
  vi.spyOn(telemetry, "redacted").mockImplementation((_signal, engine, unreadable) => {
    withheld = nodesIn(engine.withheld) + nodesIn(unreadable);
  });
  const record = new LogRecordRedactor({ policy: { plan: PLAN }, telemetry }).redact(recordOf(attributes));
  const { bytes, counts } = createRedactor(PLAN).redact("logs", bytesOf(recordOf(attributes)));
  expect(decodeRequest("logs", bytesOf(record))).toEqual(decodeRequest("logs", bytes));
  expect(withheld).toBe(nodesIn(counts.withheld));
});

function nodesIn(withheld: ReadonlyMap<string, number>): number {
  return withheld.get("record_nodes") ?? 0;
}
