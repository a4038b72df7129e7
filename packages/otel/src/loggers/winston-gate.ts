import type { Context } from "@opentelemetry/api";
import type { LoggerGate } from "../verbose/logger-gate.ts";
import { afterPatch, type InstallGate, modulesOf, setHidden, tellLeft } from "./instrumentation-like.ts";

/** Where winston keeps the level that a line was logged with, and the instrumentation the context that was active then. */
const LEVEL = Symbol.for("level");
const CONTEXT = Symbol.for("opentelemetry.js.contrib.winston.context");

/** `severityNumber` by level: of OpenTelemetry, npm, syslog and the command line, the first that has the name. */
const SEVERITIES: Readonly<Record<string, number>> = {
  ...{ input: 2, verbose: 3, prompt: 4, data: 10, help: 11 },
  ...{ notice: 10, warning: 13, crit: 21, alert: 22, emerg: 23 },
  ...{ silly: 1, debug: 5, verbose: 6, http: 7, info: 9, warn: 13, error: 17 },
  ...{ trace: 1, fatal: 21 },
};

interface Info {
  readonly [LEVEL]?: string;
  readonly [CONTEXT]?: Context;
  readonly exception?: unknown;
}

type Write = (this: object, info: Info, encoding: unknown, callback: unknown) => unknown;
type Accept = (this: object, write: { readonly chunk: Info }) => boolean;

/** The transport to OpenTelemetry. */
interface OtelTransport {
  readonly silent?: boolean;
  readonly _severityMapping?: Readonly<Record<string, number>> | undefined;
  readonly _write: Write;
  readonly _accept: Accept;
}

interface WinstonLogger {
  readonly silent?: boolean;
  readonly transports: readonly object[];
}

type Add = (this: WinstonLogger, transport: object) => unknown;
type IsLevelEnabled = (this: WinstonLogger, level: string) => boolean;

interface LoggerClass {
  readonly prototype?: { readonly add?: Add; readonly isLevelEnabled?: IsLevelEnabled };
}

/**
 * Opens the transport to OpenTelemetry, and no other, for lines that pass the gate. winston makes a line of whatever is logged, also below its level, and leaves it
 * to each transport whether to take it: so nothing else has to be opened.
 */
export const gateWinston: InstallGate = (instrumentation, gate) => {
  for (const file of modulesOf(instrumentation).flatMap(({ files }) => files ?? [])) {
    afterPatch("winston", file, (patched) => {
      const { prototype } = patched as LoggerClass;
      if (typeof prototype?.add === "function") gateClass(prototype as Required<typeof prototype>, gate); // 3.x
      return patched;
    });
  }
};

function gateClass(prototype: { add: Add; isLevelEnabled: IsLevelEnabled }, gate: LoggerGate): void {
  const { add, isLevelEnabled } = prototype;
  const gated = new WeakSet<object>();

  setHidden(prototype, "add", function addAndGate(this: WinstonLogger, transport: object): unknown {
    if (isOtelTransport(transport) && !gated.has(transport)) {
      gated.add(transport);
      gateTransport(transport, gate);
    }
    return add.call(this, transport);
  });
  setHidden(prototype, "isLevelEnabled", function isEnabledOrOpen(this: WinstonLogger, level: string) {
    if (isLevelEnabled.call(this, level)) return true;
    return (
      this.silent !== true &&
      this.transports.some(
        (transport) => gated.has(transport) && isOpenAt(gate, transport as OtelTransport, level),
      )
    );
  });
}

function isOtelTransport(transport: object): transport is OtelTransport {
  if (!("_severityMapping" in transport && "_logger" in transport)) return false;
  const { _write: write, _accept: accept } = transport as Partial<OtelTransport>;
  if (typeof write === "function" && typeof accept === "function") return true;
  tellLeft("winston", "its transport to OpenTelemetry is not as expected");
  return false;
}

function gateTransport(transport: OtelTransport, gate: LoggerGate): void {
  const { _write: write, _accept: accept } = transport;
  const isOpen = (info: Info): boolean =>
    info.exception !== true && isOpenAt(gate, transport, info[LEVEL] ?? "", info[CONTEXT]);

  setHidden(transport, "_write", function writeOrOpen(this: object, info, encoding, callback) {
    const target = isOpen(info) ? opened(this, info[LEVEL]!) : this;
    return write.call(target, info, encoding, callback);
  } satisfies Write);
  setHidden(transport, "_accept", function acceptOrOpen(this: object, line) {
    return accept.call(this, line) || isOpen(line.chunk);
  } satisfies Accept);
}

/** The same transport with the line's own level. */
function opened(transport: object, level: string): object {
  return Object.create(transport, { level: { value: level }, _logSeverity: { value: undefined } });
}

/** A level that OpenTelemetry has no severity for stays closed: nobody behind could tell that it is verbose. */
function isOpenAt(gate: LoggerGate, transport: OtelTransport, level: string, context?: Context): boolean {
  const severity = transport._severityMapping?.[level] ?? SEVERITIES[level];
  return (
    severity !== undefined &&
    severity < gate.floor &&
    transport.silent !== true &&
    gate.isOpen(severity, context)
  );
}
