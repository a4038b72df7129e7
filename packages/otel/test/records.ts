import type { LogRecordLike, SpanLike } from "@scrim/otel";
import fc from "fast-check";

/** What an application may put into a value: things to find, keys that give values away, and what exporters make nothing of. */
const TEXTS = fc.oneof(
  fc.constantFrom(
    "jane@leak.example",
    "card 4111 1111 1111 1111",
    "password=hunter2",
    "https://u:p@h.example/?token=t0k&a=b",
    '{"password":"x y","mail":["b@c.example"]}',
    "203.0.113.7",
    "[REDACTED:email]",
    "GET",
    "\ud800 lone",
    "",
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);
const KEYS = fc.oneof(
  fc.constantFrom(
    ..."password|user.email|user|email|full_name|k|url.full|client.address|order.id|__proto__|jane@leak.example|".split(
      "|",
    ),
  ),
  fc.string({ unit: "grapheme", maxLength: 5 }),
);
const SCALARS: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: TEXTS },
  fc.constantFrom(
    0,
    -0,
    1,
    4111111111111111,
    2 ** 63,
    1.5,
    Number.NaN,
    true,
    false,
    null,
    undefined,
    7n,
    new Date(0),
  ),
  fc.integer(),
  fc.double(),
  fc.uint8Array({ maxLength: 12 }),
  fc.constant(new TextEncoder().encode("jane@leak.example")),
);

/** What applications mostly log: nothing that the engine has to see as part of a request. */
const CALM_KEYS = fc.constantFrom(
  ..."password|user.email|note|k|url.full|client.address|order.id|__proto__|full_name|http.route|bsn|phone".split(
    "|",
  ),
);
const CALM_SCALARS: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: TEXTS },
  fc.constantFrom(
    0,
    7,
    -7,
    200,
    1.5,
    true,
    false,
    null,
    undefined,
    1795200000000,
    -12345678,
    123456782,
    "123456782",
    "555-0134",
  ),
);

/** Values, and maps of them. */
function nested(scalars: fc.Arbitrary<unknown>, keys: fc.Arbitrary<string>, maxDepth: number) {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth, depthSize: "small" },
      scalars,
      fc.array(tie("value"), { maxLength: 4 }),
      mapOf(tie("value"), keys),
    ),
  }));
  return { values: value, attributes: mapOf(value, keys) };
}

function mapOf(
  values: fc.Arbitrary<unknown>,
  keys: fc.Arbitrary<string>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.array(fc.tuple(keys, values), { maxLength: 5 }).map((entries) => {
    const map: Record<string, unknown> = {};
    for (const [key, value] of entries)
      Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
    return map;
  });
}

const WILD = nested(SCALARS, KEYS, 4);
const CALM = nested(CALM_SCALARS, CALM_KEYS, 1);

export const VALUES: fc.Arbitrary<unknown> = WILD.values;

const RESOURCE = { attributes: { "service.name": "shop" } };
const SCOPE = { name: "test" };
const CONTEXT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

export const LOG_RECORDS: fc.Arbitrary<LogRecordLike> = fc.oneof(logRecords(WILD), logRecords(CALM));

function logRecords({ values, attributes }: typeof WILD): fc.Arbitrary<LogRecordLike> {
  return fc.record(
    {
      hrTime: fc.constant<[number, number]>([1, 2]),
      hrTimeObserved: fc.constant<[number, number]>([1, 3]),
      spanContext: fc.constant(CONTEXT),
      severityText: TEXTS,
      severityNumber: fc.constantFrom(1, 9, 17),
      body: values,
      eventName: TEXTS,
      resource: fc.constant(RESOURCE),
      instrumentationScope: fc.constant(SCOPE),
      attributes,
      droppedAttributesCount: fc.constant(0),
    },
    {
      requiredKeys: [
        "hrTime",
        "hrTimeObserved",
        "resource",
        "instrumentationScope",
        "attributes",
        "droppedAttributesCount",
      ],
    },
  );
}

const TRACE_STATES = fc.option(fc.constantFrom("a=b", "mail=jane@leak.example,x=1", "k=4111111111111111"), {
  nil: undefined,
});

function contextOf(traceState: string | undefined) {
  return traceState === undefined ? CONTEXT : { ...CONTEXT, traceState: stateOf(traceState) };
}

function stateOf(text: string) {
  const state = { set: () => state, unset: () => state, get: () => undefined, serialize: () => text };
  return state;
}

export const SPANS: fc.Arbitrary<SpanLike> = fc.oneof(
  spans(WILD.attributes, TRACE_STATES),
  spans(CALM.attributes, fc.constant(undefined)),
);

function spans(
  attributeMaps: fc.Arbitrary<Record<string, unknown>>,
  traceStates: fc.Arbitrary<string | undefined>,
): fc.Arbitrary<SpanLike> {
  return fc
    .record({
      name: TEXTS,
      traceState: traceStates,
      statusMessage: fc.option(TEXTS, { nil: undefined }),
      attributes: attributeMaps,
      events: fc.array(fc.record({ name: TEXTS, attributes: attributeMaps }), { maxLength: 3 }),
      links: fc.array(fc.record({ attributes: attributeMaps, traceState: traceStates }), { maxLength: 3 }),
    })
    .map(({ name, traceState, statusMessage, attributes, events, links }) => ({
      name,
      kind: 1,
      spanContext: () => contextOf(traceState),
      parentSpanContext: { ...CONTEXT, spanId: "00f067aa0ba902b7" },
      startTime: [1, 0],
      endTime: [2, 0],
      duration: [1, 0],
      ended: true,
      status: { code: 2, ...(statusMessage !== undefined && { message: statusMessage }) },
      attributes,
      events: events.map((event) => ({ ...event, time: [1, 5], droppedAttributesCount: 0 })),
      links: links.map((link) => ({
        context: contextOf(link.traceState),
        attributes: link.attributes,
        droppedAttributesCount: 0,
      })),
      resource: RESOURCE,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    }));
}
