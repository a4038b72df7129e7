import { createBatch, MetricRegistry, readFileContent } from "@scrim/pipeline";
import { encodeRequest, type JsonObject, type Signal } from "@scrim/wire";
import { expect, test } from "vitest";
import { debugExporter } from "./debug-exporter.ts";
import { terminalSafe } from "./terminal-safe.ts";

async function printed(
  signal: Signal,
  tree: JsonObject,
  options: { verbosity?: string; removed?: ReadonlyMap<string, number> } = {},
): Promise<string> {
  let text = "";
  const exporter = await debugExporter.create(
    debugExporter.configSchema.parse({ verbosity: options.verbosity ?? "normal" }),
    {
      id: "debug",
      path: "exporters.debug",
      signals: [signal],
      baseDir: ".",
      log: { info: () => {}, warn: () => {} },
      metrics: new MetricRegistry(),
      print: (piece) => {
        text += piece;
      },
      readFile: readFileContent,
      dependsOn: () => {},
    },
  );
  const batch = createBatch(signal, encodeRequest(signal, tree), { address: undefined });
  const attempt = { time_left_ms: 1_000, signal: new AbortController().signal };
  await exporter.export({ ...batch, removed: options.removed ?? new Map() }, attempt);
  return text;
}

const attribute = (key: string, value: JsonObject) => ({ key, value });
const RESOURCE = { attributes: [attribute("service.name", { stringValue: "shop" })] };
const TIME = "1700000000123456789";

const LOG = {
  resourceLogs: [
    {
      resource: RESOURCE,
      scopeLogs: [
        {
          scope: { name: "checkout" },
          logRecords: [
            {
              timeUnixNano: TIME,
              severityNumber: 9,
              body: { stringValue: "paid" },
              attributes: [
                attribute("user.email", { stringValue: "j***@example.com" }),
                attribute("order", {
                  kvlistValue: { values: [attribute("id", { intValue: "42" })] },
                }),
                attribute("tags", { arrayValue: { values: [{ boolValue: true }, { doubleValue: 1.5 }] } }),
              ],
              traceId: "0102030405060708090a0b0c0d0e0f10",
              spanId: "0102030405060708",
            },
          ],
        },
      ],
    },
  ],
};

test("a log record is a line with time, severity, service, body and attributes", async () => {
  expect(await printed("logs", LOG)).toBe(
    "2023-11-14T22:13:20.123Z INFO  shop paid user.email=j***@example.com order={id: 42} tags=[true, 1.5]\n",
  );
});

test("an empty value in a list or map is null", async () => {
  const body = { arrayValue: { values: [{ intValue: "400" }, {}] } };
  const attributes = [attribute("parcel", { kvlistValue: { values: [{ key: "grams" }] } }), { key: "none" }];
  const text = await printed("logs", {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body, attributes }] }] }],
  });
  expect(text).toBe("- -     - [400, null] parcel={grams: null} none=\n");
});

test("detailed adds trace, scope and resource", async () => {
  expect(await printed("logs", LOG, { verbosity: "detailed" })).toContain(
    "\n  trace 0102030405060708090a0b0c0d0e0f10 span 0102030405060708\n  scope checkout\n  resource service.name=shop\n",
  );
});

test("what was removed is shown as counts by class", async () => {
  const removed = new Map([
    ["direct_identifier", 2],
    ["credential", 1],
  ]);
  expect(await printed("logs", LOG, { removed })).toMatch(
    /\n {2}removed: 2 direct_identifier, 1 credential\n$/,
  );
  expect(await printed("logs", LOG, { removed, verbosity: "basic" })).toMatch(
    /^logs: 1 items, \d+ bytes; removed: 2 direct_identifier, 1 credential\n$/,
  );
});

test("spans, metrics and profiles are lines too", async () => {
  const span = { name: "GET /", startTimeUnixNano: TIME, endTimeUnixNano: "1700000000125456789" };
  expect(
    await printed("traces", { resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans: [span] }] }] }),
  ).toBe("2023-11-14T22:13:20.123Z SPAN  shop GET / 2ms\n");
  const metric = { name: "load", unit: "1", gauge: { dataPoints: [{ timeUnixNano: TIME, asDouble: 0.5 }] } };
  expect(
    await printed("metrics", {
      resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ metrics: [metric] }] }],
    }),
  ).toBe("2023-11-14T22:13:20.123Z METRIC shop load 0.5 1\n");
  const profile = { timeUnixNano: TIME };
  expect(
    await printed("profiles", {
      resourceProfiles: [{ resource: RESOURCE, scopeProfiles: [{ profiles: [profile] }] }],
    }),
  ).toBe("2023-11-14T22:13:20.123Z PROFILE shop samples=0\n");
});

test("nothing that a terminal would obey is printed", async () => {
  const body = { stringValue: "\u001b[2J\u0007\r\nforged line\u202e\u009b31m" };
  const text = await printed("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] });
  expect(text).toBe("- -     - \\u001b[2J\\u0007\\r\\nforged line\\u202e\\u009b31m\n");
});

test("terminalSafe leaves letters of all scripts alone", () => {
  expect(terminalSafe("naïve 東京 😀 עברית")).toBe("naïve 東京 😀 עברית");
});

test("a very long line is cut", async () => {
  const body = { stringValue: "x".repeat(100_000) };
  const text = await printed("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] });
  expect(text.length).toBeLessThan(5_000);
});
