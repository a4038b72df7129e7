import { logs as api } from "@opentelemetry/api";
import { logs as apiLogs } from "@opentelemetry/api-logs";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { bridgeApiLogs } from "@scrim/otel";
import { afterEach, expect, test } from "vitest";

const API_LOGS = Symbol.for("io.opentelemetry.js.api.logs");
const registered = () => (globalThis as { [API_LOGS]?: (version: number) => unknown })[API_LOGS];

afterEach(() => {
  api.disable();
  apiLogs.disable();
});

function provider() {
  const exporter = new InMemoryLogRecordExporter();
  const made = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  return { made, bodies: () => exporter.getFinishedLogRecords().map(({ body }) => body) };
}

test("without the bridge, a logger of api-logs is dead under an SDK that registers in the api", () => {
  const { made, bodies } = provider();
  api.setGlobalLoggerProvider(made);
  apiLogs.getLogger("library").emit({ body: "lost" });
  expect(bodies()).toEqual([]);
});

test("a logger of api-logs leads to the SDK's provider, with name, version and all fields", () => {
  const exporter = new InMemoryLogRecordExporter();
  api.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }),
  );
  expect(bridgeApiLogs().state).toBe("bridged");
  const logger = apiLogs.getLogger("library", "1.2.3", { schemaUrl: "https://schema.example" });
  logger.emit({
    body: "kept",
    severityNumber: 9,
    severityText: "info",
    eventName: "e",
    attributes: { route: "/cart" },
    exception: new TypeError("failed"),
  });
  expect(logger.enabled()).toBe(true);
  expect(exporter.getFinishedLogRecords()).toMatchObject([
    {
      body: "kept",
      severityNumber: 9,
      severityText: "info",
      eventName: "e",
      attributes: { route: "/cart", "exception.type": "TypeError", "exception.message": "failed" },
      instrumentationScope: { name: "library", version: "1.2.3", schemaUrl: "https://schema.example" },
    },
  ]);
});

test("laid before the SDK is registered, it holds for loggers that were asked for in between", () => {
  expect(bridgeApiLogs().state).toBe("bridged");
  const logger = apiLogs.getLogger("library");
  logger.emit({ body: "nobody listens yet" });
  const { made, bodies } = provider();
  api.setGlobalLoggerProvider(made);
  logger.emit({ body: "kept" });
  expect(bodies()).toEqual(["kept"]);
});

test("follows when another provider is registered in the api", () => {
  const first = provider();
  const second = provider();
  bridgeApiLogs();
  api.setGlobalLoggerProvider(first.made);
  apiLogs.getLogger("library").emit({ body: "first" });
  api.disable();
  api.setGlobalLoggerProvider(second.made);
  apiLogs.getLogger("library").emit({ body: "second" });
  expect([first.bodies(), second.bodies()]).toEqual([["first"], ["second"]]);
});

test("a provider that is registered in api-logs stays", () => {
  const theirs = provider();
  const ours = provider();
  apiLogs.setGlobalLoggerProvider(theirs.made);
  api.setGlobalLoggerProvider(ours.made);
  const bridge = bridgeApiLogs();
  expect(bridge.state).toBe("taken");
  bridge.remove();
  apiLogs.getLogger("library").emit({ body: "theirs" });
  expect([theirs.bodies(), ours.bodies()]).toEqual([["theirs"], []]);
});

test("an application that did the same itself is bridged, and stays so", () => {
  const { made, bodies } = provider();
  api.setGlobalLoggerProvider(made);
  apiLogs.setGlobalLoggerProvider(api.getLoggerProvider());
  const bridge = bridgeApiLogs();
  expect(bridge.state).toBe("bridged");
  bridge.remove();
  apiLogs.getLogger("library").emit({ body: "kept" });
  expect(bodies()).toEqual(["kept"]);
});

test("laying it twice is laying it once, and it can be taken away and laid again", () => {
  const { made, bodies } = provider();
  api.setGlobalLoggerProvider(made);
  const bridge = bridgeApiLogs();
  const laid = registered();
  expect(bridgeApiLogs().state).toBe("bridged");
  expect(registered()).toBe(laid);
  bridge.remove();
  bridge.remove();
  expect(registered()).toBeUndefined();
  apiLogs.getLogger("library").emit({ body: "lost" });
  expect(bridgeApiLogs().state).toBe("bridged");
  apiLogs.getLogger("library").emit({ body: "kept" });
  expect(bodies()).toEqual(["kept"]);
});

test("of another version of the protocol it gives nothing, so that its caller falls back", () => {
  bridgeApiLogs();
  expect(registered()?.(2)).toBeUndefined();
});
