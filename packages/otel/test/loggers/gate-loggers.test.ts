import { diag } from "@opentelemetry/api";
import { GrantSet } from "@scrim/grants";
import { type Capture, gateLoggers, withScrim } from "@scrim/otel";
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { gated, grants, plain } from "./gated-loggers.ts";

let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(diag, "warn").mockReturnValue();
});
afterEach(() => {
  warn.mockRestore();
});

/** An instrumentation that makes of `pino` what `patch` does. */
const fake = (instrumentationName: string, patch: (exports: unknown) => unknown) => ({
  instrumentationName,
  _modules: [{ patch, files: [{ patch }] }],
});

/** A logger whose insides are none that we know. */
const strange = { debug: () => "as it is", levels: 7 };
const strangeClass = class {
  add(transport: unknown): unknown {
    return transport;
  }
};

test("a logger that is not as expected stays as it is, which is told once for its library", () => {
  const pino = fake("@opentelemetry/instrumentation-pino", () =>
    Object.assign(() => strange, { symbols: {}, multistream: () => {} }),
  );
  const otherPino = fake("@opentelemetry/instrumentation-pino", () =>
    Object.assign(() => ({ ...strange, stream: { streams: [{ stream: { _otelLogger: 1 } }] } }), {
      symbols: { streamSym: "stream" },
    }),
  );
  const winston = fake("@opentelemetry/instrumentation-winston", () => strangeClass);
  const bunyan = { instrumentationName: "@opentelemetry/instrumentation-bunyan" };
  const others = [{ instrumentationName: "http" }, {}, undefined];
  const all = [pino, otherPino, winston, bunyan, ...others];
  expect(gateLoggers(all, { grants: new GrantSet() })).toBe(all);
  for (const { _modules: modules } of [pino, otherPino]) {
    const factory = modules[0]!.patch({}) as () => typeof strange;
    for (let i = 0; i < 2; i++) expect(factory().debug()).toBe("as it is");
  }
  winston._modules[0]!.files[0]!.patch({});
  const transport = { _severityMapping: undefined, _logger: 1 };
  expect(new strangeClass().add(transport)).toBe(transport);
  expect(warn.mock.calls.map(([line]) => line)).toEqual(
    [
      "bunyan are not captured: its instrumentation is not known (TypeError)",
      "pino are not captured: its stream to OpenTelemetry was not found",
      "winston are not captured: its transport to OpenTelemetry is not as expected",
    ].map((reason) => `scrim: verbose lines of ${reason}; docs/loggers.md says how to open them by hand`),
  );
});

test("a logger that does not send to OpenTelemetry is not gated", () => {
  const log = plain.pino({ level: "info" }, { write: () => {} });
  expect(log.debug).toBe(log.silent);
  const sending = gated.pino({ level: "info" }, { write: () => {} });
  expect(sending.debug).not.toBe(sending.silent);
  const factory = () => strange;
  const quiet = {
    ...fake("@opentelemetry/instrumentation-pino", () => Object.assign(factory, { multistream: factory })),
    getConfig: () => ({ disableLogSending: true }),
  };
  gateLoggers([quiet], { grants });
  expect((quiet._modules[0]!.patch({}) as typeof factory)()).toBe(strange);
  expect(warn).not.toHaveBeenCalled();
});

test("an instrumentation that is given twice is gated once", () => {
  const twice = fake("@opentelemetry/instrumentation-pino", (exports) => exports);
  gateLoggers([twice], { grants });
  const { patch } = twice._modules[0]!;
  gateLoggers([[twice], twice], { grants });
  expect(twice._modules[0]!.patch).toBe(patch);
});

test("withScrim gates the instrumentations that it is given, where there is a capture", () => {
  const [captured, others] = [1, 2].map(() =>
    fake("@opentelemetry/instrumentation-pino", (exports) => exports),
  );
  const { patch } = others!._modules[0]!;
  const pipelines = { logRecordProcessors: [], spanProcessors: [], metricReaders: [] };
  const sampler = { shouldSample: () => ({ decision: 0 }), toString: () => "never" };
  const capture: Capture = {
    grants,
    leases: undefined,
    floor: 9,
    destinations: [],
    trustsIncoming: false,
    close: async () => {},
  };
  const options = withScrim(
    { ...pipelines, sampler, textMapPropagator: null, instrumentations: [captured] },
    { capture },
  );
  expect(options.instrumentations).toEqual([captured]);
  expect(captured!._modules[0]!.patch).not.toBe(patch);
  withScrim({ ...pipelines, instrumentations: [others] });
  expect(others!._modules[0]!.patch).toBe(patch);
});
