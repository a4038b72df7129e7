import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { reachableTypes } from "../test/wire-model.ts";
import { type Field, type FieldRole, type MessageType, REQUEST_TYPES, SIGNALS } from "./index.ts";

/**
 * Every field of OTLP in which text can stand, and those that refer to it: what a redactor has to cover. By
 * hand from the .proto files, so that a row that is wrong or missing in the tables shows.
 */
const TEXT_SURFACE: readonly (readonly [field: string, number: number, role: FieldRole])[] = [
  ["AnyValue.string_value", 1, "text"],
  ["AnyValue.array_value", 5, "plain"],
  ["AnyValue.kvlist_value", 6, "plain"],
  ["AnyValue.bytes_value", 7, "plain"],
  ["AnyValue.string_value_strindex", 8, "index"],
  ["ArrayValue.values", 1, "plain"],
  ["KeyValueList.values", 1, "plain"],
  ["KeyValue.key", 1, "key"],
  ["KeyValue.value", 2, "plain"],
  ["KeyValue.key_strindex", 3, "index"],
  ["InstrumentationScope.name", 1, "text"],
  ["InstrumentationScope.version", 2, "text"],
  ["InstrumentationScope.attributes", 3, "plain"],
  ["EntityRef.schema_url", 1, "text"],
  ["EntityRef.type", 2, "text"],
  ["EntityRef.id_keys", 3, "text"],
  ["EntityRef.description_keys", 4, "text"],
  ["Resource.attributes", 1, "plain"],
  ["ResourceSpans.schema_url", 3, "text"],
  ["ScopeSpans.schema_url", 3, "text"],
  ["Span.trace_id", 1, "id"],
  ["Span.span_id", 2, "id"],
  ["Span.trace_state", 3, "text"],
  ["Span.parent_span_id", 4, "id"],
  ["Span.name", 5, "text"],
  ["Span.attributes", 9, "plain"],
  ["Span.Event.name", 2, "text"],
  ["Span.Event.attributes", 3, "plain"],
  ["Span.Link.trace_id", 1, "id"],
  ["Span.Link.span_id", 2, "id"],
  ["Span.Link.trace_state", 3, "text"],
  ["Span.Link.attributes", 4, "plain"],
  ["Status.message", 2, "text"],
  ["ResourceLogs.schema_url", 3, "text"],
  ["ScopeLogs.schema_url", 3, "text"],
  ["LogRecord.severity_text", 3, "text"],
  ["LogRecord.body", 5, "plain"],
  ["LogRecord.attributes", 6, "plain"],
  ["LogRecord.trace_id", 9, "id"],
  ["LogRecord.span_id", 10, "id"],
  ["LogRecord.event_name", 12, "text"],
  ["ResourceMetrics.schema_url", 3, "text"],
  ["ScopeMetrics.schema_url", 3, "text"],
  ["Metric.name", 1, "text"],
  ["Metric.description", 2, "text"],
  ["Metric.unit", 3, "text"],
  ["Metric.metadata", 12, "plain"],
  ["NumberDataPoint.attributes", 7, "plain"],
  ["HistogramDataPoint.attributes", 9, "plain"],
  ["ExponentialHistogramDataPoint.attributes", 1, "plain"],
  ["SummaryDataPoint.attributes", 7, "plain"],
  ["Exemplar.span_id", 4, "id"],
  ["Exemplar.trace_id", 5, "id"],
  ["Exemplar.filtered_attributes", 7, "plain"],
  ["ProfilesDictionary.string_table", 5, "text"],
  ["ProfilesDictionary.attribute_table", 6, "plain"],
  ["ResourceProfiles.schema_url", 3, "text"],
  ["ScopeProfiles.schema_url", 3, "text"],
  ["Profile.profile_id", 7, "id"],
  ["Profile.original_payload_format", 9, "text"],
  ["Profile.original_payload", 10, "opaque"],
  ["Link.trace_id", 1, "id"],
  ["Link.span_id", 2, "id"],
  ["KeyValueAndUnit.value", 2, "plain"],
];

const TYPES = new Map<string, MessageType>(
  SIGNALS.flatMap((signal) => [...reachableTypes(REQUEST_TYPES[signal])]).map((type) => [type.name, type]),
);
const FIELDS = new Map<string, Field>(
  [...TYPES].flatMap(([name, type]) =>
    type.fields
      .filter((field) => field !== undefined)
      .map((field) => [`${name}.${field.name}`, field] as const),
  ),
);

test.each(TEXT_SURFACE)("%s has number %i and role %s", (name, number, role) => {
  const field = FIELDS.get(name);
  expect([field?.number, field?.role]).toEqual([number, role]);
});

test("no other field can hold text", () => {
  const known = new Set(TEXT_SURFACE.map(([name]) => name));
  const others = [...FIELDS]
    .filter(([name, field]) => !known.has(name) && canHoldText(field))
    .map(([name]) => name);
  expect(others).toEqual([]);
});

test("an id has eight bytes for a span and sixteen for all else", () => {
  for (const [name, field] of FIELDS)
    if (field.role === "id") expect([name, field.idBytes]).toEqual([name, /span_id$/.test(name) ? 8 : 16]);
});

test("a message has at most one oneof, which decoding relies on", () => {
  for (const type of TYPES.values()) {
    const oneofs = new Set(type.fields.map((field) => field?.oneof).filter((name) => name !== undefined));
    expect(oneofs.size).toBeLessThan(2);
  }
});

const LISTING = resolve(
  process.env.SCRIM_DATA ?? resolve(import.meta.dirname, "../../../../shared/data"),
  "../reference/otlp-text-surface.txt",
);

test("the tables have every field of the surface listing", (context) => {
  if (!existsSync(LISTING)) context.skip("SCRIM_DATA not present");
  const rows = readFileSync(LISTING, "utf8").matchAll(/^\w+\.proto ([\w.]+) (repeated )?(\w+) = (\d+)$/gm);
  const listed = [...rows].map(
    ([, name, repeated, type, number]) => [name!, repeated, type!, number] as const,
  );
  expect(listed.length).toBeGreaterThan(60);
  for (const [name, repeated, type, number] of listed) {
    const field = FIELDS.get(name);
    expect([name, field?.number, field?.repeated]).toEqual([name, Number(number), repeated !== undefined]);
    expect([name, field?.message?.name ?? field?.type]).toEqual([name, type]);
    expect(TEXT_SURFACE.map(([known]) => known)).toContain(name);
  }
});

function canHoldText(field: Field): boolean {
  const leadsToText = ["AnyValue", "KeyValue", "KeyValueAndUnit"].includes(field.message?.name ?? "");
  return field.type === "string" || field.type === "bytes" || leadsToText;
}
