import type { LoggerGate } from "../verbose/logger-gate.ts";
import { type InstallGate, type InstrumentationLike, tellLeft } from "./instrumentation-like.ts";

/** `severityNumber` by method. */
const SEVERITIES = { trace: 1, debug: 5, log: 9, info: 9, dir: 9, warn: 13, error: 17 } as const;

type Print = (this: unknown, ...args: unknown[]) => void;

/** What the instrumentation of the console keeps of it. */
interface ConsoleInstrumentationLike extends InstrumentationLike {
  readonly _originals?: ReadonlyMap<string, Print>;
}

/** The console prints whatever its level. Its gate spares it the formatting for OpenTelemetry where nobody wants it. */
export const gateConsole: InstallGate = (instrumentation, gate) => {
  const { _originals: originals } = instrumentation as ConsoleInstrumentationLike;
  if (!(originals instanceof Map)) return; // not enabled
  for (const [method, severity] of Object.entries(SEVERITIES)) {
    if (severity < gate.floor) gateMethod(method as keyof typeof SEVERITIES, severity, originals, gate);
  }
};

function gateMethod(
  method: keyof typeof SEVERITIES,
  severity: number,
  originals: ReadonlyMap<string, Print>,
  gate: LoggerGate,
): void {
  const print = originals.get(method);
  const send = console[method] as Print;
  if (print === undefined) return;
  if (send.name !== "patchedConsoleMethod") {
    tellLeft("the console", "something else has replaced its functions since");
    return;
  }
  console[method] = function gatedConsoleMethod(this: unknown, ...args: unknown[]): void {
    (gate.isOpen(severity) ? send : print).apply(this, args);
  };
}
