import { createLoggerGate, type LoggerGateOptions } from "../verbose/logger-gate.ts";
import { gateBunyan } from "./bunyan-gate.ts";
import { gateConsole } from "./console-gate.ts";
import { type InstallGate, type InstrumentationLike, tellLeft } from "./instrumentation-like.ts";
import { gatePino } from "./pino-gate.ts";
import { gateWinston } from "./winston-gate.ts";

const GATES: Readonly<Record<string, readonly [library: string, install: InstallGate]>> = {
  "@opentelemetry/instrumentation-bunyan": ["bunyan", gateBunyan],
  "@opentelemetry/instrumentation-console": ["the console", gateConsole],
  "@opentelemetry/instrumentation-pino": ["pino", gatePino],
  "@opentelemetry/instrumentation-winston": ["winston", gateWinston],
};

const gated = new WeakSet<object>();

/**
 * Puts gates in front of the loggers that these instrumentations of pino, winston, bunyan and the console patch from now on: what they log below the floor
 * reaches OpenTelemetry for approved traces, whatever their level, and costs next to nothing for others. What they print themselves, and all that the application can
 * ask of them but `isLevelEnabled`, stays as it is. Returns the instrumentations; others among them are left alone.
 *
 * `withScrim` and the register do it for those that they are given.
 *
 * @example
 * ```ts
 * import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
 * import { GrantSet } from "@scrim/grants";
 * import { gateLoggers } from "@scrim/otel";
 * // before pino is loaded
 * const instrumentations = gateLoggers([new PinoInstrumentation()], { grants: new GrantSet() });
 * console.log(instrumentations.length); // 1
 * ```
 */
export function gateLoggers<Instrumentations extends readonly unknown[]>(
  instrumentations: Instrumentations,
  capture: LoggerGateOptions,
): Instrumentations {
  const gate = createLoggerGate(capture);
  for (const instrumentation of instrumentations.flat() as InstrumentationLike[]) {
    const [library, install] = GATES[instrumentation?.instrumentationName] ?? [];
    if (install === undefined || gated.has(instrumentation)) continue;
    gated.add(instrumentation);
    try {
      install(instrumentation, gate);
    } catch (error) {
      tellLeft(library!, "its instrumentation is not known", error);
    }
  }
  return instrumentations;
}
