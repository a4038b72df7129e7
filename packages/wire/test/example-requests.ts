import type { JsonObject, Signal } from "../src/index.ts";

/**
 * One request of each signal, and one with events, in OTLP's JSON mapping as `protoToJson` writes it: fields in
 * the order of the .proto files' examples, nothing that holds a default.
 */
export const EXAMPLE_REQUESTS: readonly (readonly [name: string, signal: Signal, request: JsonObject])[] = [
  [
    "a span with an event, a link and a status",
    "traces",
    {
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: "service.name", value: { stringValue: "checkout" } }],
            droppedAttributesCount: 1,
            entityRefs: [{ type: "service", idKeys: ["service.name"], descriptionKeys: ["service.version"] }],
          },
          scopeSpans: [
            {
              scope: {
                name: "shop.http",
                version: "2.1.0",
                attributes: [{ key: "scope.kind", value: { stringValue: "server" } }],
              },
              spans: [
                {
                  traceId: "0af7651916cd43dd8448eb211c80319c",
                  spanId: "b7ad6b7169203331",
                  parentSpanId: "00f067aa0ba902b7",
                  traceState: "vendor=1",
                  flags: 769,
                  name: "POST /pay",
                  kind: 2,
                  startTimeUnixNano: "1767225600000000001",
                  endTimeUnixNano: "1767225600250000001",
                  attributes: [
                    { key: "http.response.status_code", value: { intValue: "502" } },
                    { key: "retried", value: { boolValue: false } },
                  ],
                  events: [
                    {
                      timeUnixNano: "1767225600100000001",
                      name: "exception",
                      attributes: [{ key: "exception.message", value: { stringValue: "no route to host" } }],
                    },
                  ],
                  links: [{ traceId: "0af7651916cd43dd8448eb211c80319d", spanId: "b7ad6b7169203332" }],
                  status: { message: "upstream", code: 2 },
                },
              ],
              schemaUrl: "https://opentelemetry.io/schemas/1.37.0",
            },
          ],
        },
      ],
    },
  ],
  [
    "every kind of metric, with exemplars",
    "metrics",
    {
      resourceMetrics: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "checkout" } }] },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: "queue.length",
                  unit: "{request}",
                  gauge: { dataPoints: [{ timeUnixNano: "1767225600000000000", asInt: "-3" }] },
                },
                {
                  name: "http.requests",
                  description: "Requests served",
                  sum: {
                    aggregationTemporality: 2,
                    isMonotonic: true,
                    dataPoints: [
                      {
                        startTimeUnixNano: "1767225600000000000",
                        timeUnixNano: "1767225660000000000",
                        asDouble: 17.5,
                        exemplars: [
                          {
                            timeUnixNano: "1767225630000000000",
                            asInt: "9007199254740993",
                            spanId: "b7ad6b7169203331",
                            traceId: "0af7651916cd43dd8448eb211c80319c",
                            filteredAttributes: [{ key: "user.id", value: { stringValue: "u-17" } }],
                          },
                        ],
                      },
                    ],
                  },
                },
                {
                  name: "http.duration",
                  histogram: {
                    aggregationTemporality: 1,
                    dataPoints: [
                      {
                        timeUnixNano: "1767225660000000000",
                        count: "3",
                        sum: 0,
                        bucketCounts: ["0", "2", "1"],
                        explicitBounds: [0, 0.5],
                        min: -0.25,
                        max: 0.75,
                      },
                    ],
                  },
                },
                {
                  name: "http.size",
                  exponentialHistogram: {
                    aggregationTemporality: 2,
                    dataPoints: [
                      {
                        timeUnixNano: "1767225660000000000",
                        count: "4",
                        sum: "NaN",
                        scale: -3,
                        zeroCount: "1",
                        positive: { offset: -2, bucketCounts: ["1", "18446744073709551615"] },
                        negative: { offset: 3, bucketCounts: ["1"] },
                        zeroThreshold: 1e-9,
                      },
                    ],
                  },
                },
                {
                  name: "gc.pause",
                  summary: {
                    dataPoints: [
                      {
                        timeUnixNano: "1767225660000000000",
                        count: "2",
                        sum: 0.5,
                        quantileValues: [{ quantile: 0.99, value: 0.4 }],
                      },
                    ],
                  },
                  metadata: [{ key: "prometheus.type", value: { stringValue: "summary" } }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  [
    "a log record with every kind of value",
    "logs",
    {
      resourceLogs: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "checkout" } }] },
          scopeLogs: [
            {
              scope: { name: "shop.log" },
              logRecords: [
                {
                  timeUnixNano: "1767225600000000000",
                  observedTimeUnixNano: "1767225600000000009",
                  severityNumber: 17,
                  severityText: "ERROR",
                  traceId: "0af7651916cd43dd8448eb211c80319c",
                  spanId: "b7ad6b7169203331",
                  flags: 1,
                  body: { stringValue: 'Zahlung fehlgeschlagen: „Karte" 🂡 abgelehnt\n' },
                  attributes: [
                    { key: "text", value: { stringValue: "" } },
                    { key: "yes", value: { boolValue: true } },
                    { key: "number", value: { intValue: "-9223372036854775808" } },
                    { key: "fraction", value: { doubleValue: 0.1 } },
                    { key: "nothing", value: {} },
                    { key: "bytes", value: { bytesValue: "3q2+7w==" } },
                    { key: "list", value: { arrayValue: { values: [{ intValue: "1" }, {}] } } },
                    {
                      key: "map",
                      value: { kvlistValue: { values: [{ key: "a", value: { kvlistValue: {} } }] } },
                    },
                  ],
                  droppedAttributesCount: 2,
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  [
    "an event",
    "logs",
    {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                {
                  observedTimeUnixNano: "1767225600000000000",
                  eventName: "browser.page_view",
                  body: { kvlistValue: { values: [{ key: "type", value: { intValue: "0" } }] } },
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  [
    "a profile with its dictionary",
    "profiles",
    {
      resourceProfiles: [
        {
          scopeProfiles: [
            {
              profiles: [
                {
                  sampleType: { typeStrindex: 1, unitStrindex: 2 },
                  samples: [{ stackIndex: 1, attributeIndices: [1], values: ["-1", "9223372036854775807"] }],
                  timeUnixNano: "1767225600000000000",
                  durationNano: "10000000000",
                  profileId: "0af7651916cd43dd8448eb211c80319c",
                  originalPayloadFormat: "pprof",
                  originalPayload: "AAEC",
                },
              ],
            },
          ],
        },
      ],
      dictionary: {
        stringTable: ["", "cpu", "nanoseconds"],
        attributeTable: [{}, { keyStrindex: 1, value: { stringValue: "main" } }],
        stackTable: [{}, { locationIndices: [1, 0] }],
      },
    },
  ],
];
