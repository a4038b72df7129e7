import { logs, metrics, trace } from "@opentelemetry/api";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { GlobalProviders, type ProviderLike } from "./global-providers.ts";

const SETTERS = [
  [trace, "setGlobalTracerProvider"],
  [metrics, "setGlobalMeterProvider"],
  [logs, "setGlobalLoggerProvider"],
] as const;

afterEach(() => {
  for (const [register, set] of SETTERS) {
    register.disable();
    delete (register as Partial<Record<typeof set, unknown>>)[set];
  }
});

function watched() {
  let warnings = 0;
  const globals = new GlobalProviders([], () => {
    warnings++;
  });
  onTestFinished(() => globals.remove());
  return { globals, warnings: () => warnings };
}

const tracerProvider = () => ({ getTracer: () => trace.getTracer("x"), shutdown: async () => {} });

test("our own providers are shown before anybody gets them, and are no bypass", () => {
  const { globals, warnings } = watched();
  const shown: [string, ProviderLike, boolean][] = [];
  const ours = tracerProvider();
  globals.adopt(
    () => void trace.setGlobalTracerProvider(ours),
    (kind, provider) => shown.push([kind, provider, isRegistered(ours)]),
  );
  expect(shown).toEqual([["trace", ours, false]]);
  expect(isRegistered(ours)).toBe(true);
  expect(globals.isBypassed()).toBe(false);
  expect(warnings()).toBe(0);
});

test("a provider that somebody else tries to register is a bypass, told once", () => {
  const { globals, warnings } = watched();
  globals.adopt(
    () => void trace.setGlobalTracerProvider(tracerProvider()),
    () => {},
  );
  trace.setGlobalTracerProvider(tracerProvider());
  trace.setGlobalTracerProvider(tracerProvider());
  expect(globals.isBypassed()).toBe(true);
  expect(warnings()).toBe(1);
});

test("a provider that was there before ours is a bypass", () => {
  trace.setGlobalTracerProvider(tracerProvider());
  const { globals, warnings } = watched();
  globals.adopt(
    () => void trace.setGlobalTracerProvider(tracerProvider()),
    () => {},
  );
  expect(globals.isBypassed()).toBe(true);
  expect(warnings()).toBe(1);
});

test("what fails while ours are registered leaves none of them, and shuts them down", async () => {
  const { globals } = watched();
  let isShutDown = false;
  const ours = {
    ...tracerProvider(),
    shutdown: async () => {
      isShutDown = true;
    },
  };
  const start = () =>
    globals.adopt(
      () => void trace.setGlobalTracerProvider(ours),
      () => {},
    );
  start();
  await globals.remove();
  expect(isShutDown).toBe(true);
  expect(isRegistered(ours)).toBe(false);
});

function isRegistered(provider: object): boolean {
  const current = trace.getTracerProvider() as { getDelegate?(): unknown };
  return (current.getDelegate?.() ?? current) === provider;
}
