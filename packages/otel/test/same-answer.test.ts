import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import {
  createRedactingLogRecordProcessor,
  createRedactingSpanProcessor,
  type LogRecordLike,
  type SpanLike,
} from "@scrim/otel";
import { compilePolicy, defaultPlan, type Plan, parsePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { decodeRequest, type JsonValue, type Signal } from "@scrim/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LOG_RECORDS, SPANS } from "./records.ts";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 300);

const POLICIES = {
  "a policy of rules for keys alone": `
detectors: { use: [] }
rules:
  - { attribute: [user, k, "*.password"], action: { replace: "-" }, on_non_string: stringify }
  - { attribute: [email, order.id], action: mask }
  - { attribute: full_name, action: drop }
  - { attribute: "*", action: keep }
`,
  "a policy that drops what it does not know": `
unknown: drop
body: drop
rules: [{ attribute: [user, k], action: scan }]
`,
  "a policy with small limits": `limits: { value_bytes_max: 1024, record_bytes_max: 1024 }`,
};

const PLANS: Readonly<Record<string, Plan>> = {
  "the default policy": defaultPlan(),
  "a policy of every action": compilePolicy([
    parsePolicy(
      `version: 1
unknown: mask
classes: { credential: drop, direct_identifier: { mask: { keep_last: 4 } }, location: { truncate: 3 } }
rules:
  - { attribute: order.id, action: keep }
  - { attribute: k, action: drop }
  - { attribute: user, where: { resource: { service.name: shop } }, action: { replace: somebody } }
`,
      "test",
    ),
  ]),
  ...Object.fromEntries(
    Object.entries(POLICIES).map(([name, settings]) => [
      name,
      compilePolicy([parsePolicy(`version: 1\n${settings}`, "test")]),
    ]),
  ),
};

const lastly = { forceFlush: async () => {}, shutdown: async () => {} };

/** What processors of each plan handed on last. They live on, so that what they remember of records is put to the test. */
let redactedRecord: LogRecordLike | undefined;
let redactedSpanCopy: SpanLike | undefined;
const logDelegate = { ...lastly, onEmit: (copy: LogRecordLike) => void (redactedRecord = copy) };
const spanDelegate = { ...lastly, onStart() {}, onEnd: (copy: SpanLike) => void (redactedSpanCopy = copy) };
const PROCESSORS = new Map(
  Object.values(PLANS).map((policy) => [
    policy,
    {
      logs: createRedactingLogRecordProcessor({ policy, delegate: logDelegate }),
      spans: createRedactingSpanProcessor({ policy, delegate: spanDelegate }),
      gateway: createRedactor(policy),
    },
  ]),
);

function redactedLog(plan: Plan, record: LogRecordLike): LogRecordLike {
  PROCESSORS.get(plan)!.logs.onEmit(record);
  return redactedRecord!;
}

function redactedSpan(plan: Plan, span: SpanLike): SpanLike {
  PROCESSORS.get(plan)!.spans.onEnd(span);
  return redactedSpanCopy!;
}

const logBytes = (record: LogRecordLike) =>
  Buffer.from(ProtobufLogsSerializer.serializeRequest([record as never])!);
const spanBytes = (span: SpanLike) => Buffer.from(ProtobufTraceSerializer.serializeRequest([span as never])!);

/** What the gateway makes of the bytes. Objects hold a key once, so of keys that became the same the last counts. */
function byGateway(plan: Plan, signal: Signal, bytes: Buffer): JsonValue {
  return withoutDuplicates(decodeRequest(signal, PROCESSORS.get(plan)!.gateway.redact(signal, bytes).bytes));
}

function withoutDuplicates(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const keys = value.map((element) => keyOf(element));
    const isLast = (_: JsonValue, i: number) => keys[i] === undefined || keys.lastIndexOf(keys[i]) === i;
    const kept = keys.map((key) => (key === undefined ? -1 : keys.indexOf(key)));
    const ordered = value
      .map((element, i) => ({ element, at: kept[i] === -1 ? i : kept[i]! }))
      .filter(({ element }, i) => isLast(element, i))
      .sort((a, b) => a.at - b.at);
    return ordered.map(({ element }) => withoutDuplicates(element));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutDuplicates(inner!)]));
}

function keyOf(element: JsonValue): string | undefined {
  if (typeof element !== "object" || element === null || Array.isArray(element)) return undefined;
  if (!("value" in element) && !("key" in element)) return undefined;
  return String((element as { key?: string }).key ?? "");
}

describe.each(Object.entries(PLANS))("%s", (_, plan) => {
  test("a log record through the processor is what the gateway makes of it", () => {
    fc.assert(
      fc.property(LOG_RECORDS, (record) => {
        const expected = byGateway(plan, "logs", logBytes(record));
        const bytes = logBytes(redactedLog(plan, record));
        expect(withoutDuplicates(decodeRequest("logs", bytes))).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  test("a span through the processor is what the gateway makes of it", () => {
    fc.assert(
      fc.property(SPANS, (span) => {
        const expected = byGateway(plan, "traces", spanBytes(span));
        const bytes = spanBytes(redactedSpan(plan, span));
        expect(withoutDuplicates(decodeRequest("traces", bytes))).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  test("a redacted record goes through a second time unchanged", () => {
    fc.assert(
      fc.property(LOG_RECORDS, SPANS, (record, span) => {
        const once = redactedLog(plan, record);
        expect(logBytes(redactedLog(plan, once))).toEqual(logBytes(once));
        const spanOnce = redactedSpan(plan, span);
        expect(spanBytes(redactedSpan(plan, spanOnce))).toEqual(spanBytes(spanOnce));
      }),
      { numRuns: RUNS },
    );
  });
});
