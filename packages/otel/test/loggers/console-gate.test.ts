import { format } from "node:util";
import { diag } from "@opentelemetry/api";
import { ConsoleInstrumentation } from "@opentelemetry/instrumentation-console";
import { gateLoggers } from "@scrim/otel";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { APPROVED, approve, bodies, grants, inTrace, OTHER } from "./gated-loggers.ts";

const METHODS = ["trace", "debug", "log", "info", "warn", "error", "dir"] as const;
const before = { ...console };

let printed: string[];
let instrumentation: ConsoleInstrumentation;
beforeEach(() => {
  printed = [];
  for (const method of METHODS) console[method] = (...args: unknown[]) => void printed.push(format(...args));
  instrumentation = new ConsoleInstrumentation();
  bodies();
  approve();
});
afterEach(() => {
  instrumentation.disable();
  Object.assign(console, before);
});

test("what nobody wants is printed, and not formatted for OpenTelemetry", () => {
  gateLoggers([instrumentation], { grants });
  const shown = vi.fn(() => "seen");
  for (const trace of [APPROVED, OTHER])
    inTrace(trace, () => {
      console.debug("below %s", { toString: shown });
      console.info("above");
    });
  expect(bodies()).toEqual(["below seen", "above", "above"]);
  expect(printed).toEqual(["below seen", "above", "below seen", "above"]);
  expect(shown, "twice to print, once to send").toHaveBeenCalledTimes(3);
});

test("functions that somebody replaced after the instrumentation stay as they are", () => {
  const warn = vi.spyOn(diag, "warn").mockReturnValue();
  const mine = vi.fn();
  console.debug = mine;
  gateLoggers([instrumentation], { grants });
  expect(console.debug).toBe(mine);
  expect(warn.mock.calls).toEqual([
    [
      "scrim: verbose lines of the console are not captured: something else has replaced its functions since; docs/loggers.md says how to open them by hand",
    ],
  ]);
  warn.mockRestore();
});

test("an instrumentation that is not enabled is left alone", () => {
  instrumentation.disable();
  const { debug } = console;
  gateLoggers([instrumentation], { grants });
  expect(console.debug).toBe(debug);
});
