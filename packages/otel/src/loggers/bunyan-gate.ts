import { reportFault } from "../report-fault.ts";
import type { LoggerGate } from "../verbose/logger-gate.ts";
import { afterPatch, exportsOf, type InstallGate, modulesOf } from "./instrumentation-like.ts";
import { severityOfLevel } from "./level-severity.ts";

const LEVELS: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

interface Stream {
  readonly level: number;
  readonly stream: unknown;
}

interface BunyanLogger {
  /** The lowest of its streams. */
  readonly _level: number;
  readonly streams: readonly Stream[];
  readonly fields: object;
  /** Whether lines say where they were logged. */
  readonly src: boolean;
}

type Emit = (this: object, ...args: unknown[]) => unknown;

/** Puts a gate in front of all loggers of bunyan 1, those that are made later and their children. */
export const gateBunyan: InstallGate = (instrumentation, gate) => {
  for (const module of modulesOf(instrumentation)) {
    afterPatch("bunyan", module, (patched, exports) => {
      if (patched !== exports) gateClass((exportsOf(exports) as { prototype: object }).prototype, gate);
      return patched;
    });
  }
};

function gateClass(prototype: object, gate: LoggerGate): void {
  for (const [name, level] of Object.entries(LEVELS)) {
    const emit: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value; // none where it is gated already
    if (severityOfLevel(level) < gate.floor && typeof emit === "function")
      gateMethod(prototype, name, level, emit as Emit, gate);
  }
}

/**
 * Where the logger's own level lets a line pass, the application gets bunyan's own method, without a frame of ours: bunyan finds where a line was logged
 * (`src`) by counting them.
 */
function gateMethod(prototype: object, name: string, level: number, emit: Emit, gate: LoggerGate): void {
  const gated = gatedMethod(level, emit, gate);
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: BunyanLogger): Emit {
      return this._level <= level && !isLackingInOtel(this, level) ? emit : gated;
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    },
  });
}

function gatedMethod(level: number, emit: Emit, gate: LoggerGate): Emit {
  const severity = severityOfLevel(level);
  /** Lines that serializers log while they help to make one could go on for ever: at the logger's own level they don't. */
  let isLogging = false;
  return function gated(this: object, ...args: unknown[]): unknown {
    const logger = this as BunyanLogger;
    const isEnabled = logger?._level <= level;
    const isOpen = gate.isOpen(severity) && !isLogging && isLackingInOtel(logger, level);
    if (args.length === 0) return isOpen || emit.call(this);
    if (!isOpen && !isEnabled) return emit.apply(this, args);
    const wasLogging = isLogging;
    isLogging ||= isOpen;
    try {
      const target = isOpen ? opened(logger, level) : logger;
      return emit.apply(logger.src ? withSource(target, gated) : target, args);
    } catch (error) {
      if (isEnabled) throw error; // as it would without a gate
      reportFault("a verbose line was not captured", error);
      return undefined;
    } finally {
      isLogging = wasLogging;
    }
  };
}

/** Whether the logger has a stream to OpenTelemetry that does not get lines of that level. A logger above all levels is silenced, which means all of it. */
function isLackingInOtel(logger: BunyanLogger | undefined, level: number): boolean {
  if (!Array.isArray(logger?.streams) || logger._level > LEVELS.fatal!) return false;
  return logger.streams.some((stream) => isToOtel(stream) && stream.level > level);
}

function isToOtel({ stream }: Stream): boolean {
  return "_otelLogger" in Object(stream);
}

/** The same logger with the streams alone that take the line anyway, and the one to OpenTelemetry opened. */
function opened(logger: BunyanLogger, level: number): BunyanLogger {
  const streams = logger.streams
    .filter((stream) => isToOtel(stream) || stream.level <= level)
    .map((stream) => ({ ...stream, level }));
  return Object.create(logger, {
    _level: { value: level },
    streams: { value: streams },
    haveNonRawStreams: { value: undefined, writable: true }, // found out by bunyan
  });
}

/** The same logger, whose lines say where `method` was called. */
function withSource(logger: BunyanLogger, method: Emit): BunyanLogger {
  return Object.create(logger, { fields: { value: { ...logger.fields, src: callerOf(method) } } });
}

function callerOf(method: Emit): object {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_error, frames) => frames;
    const holder: { stack?: readonly NodeJS.CallSite[] } = {};
    Error.captureStackTrace(holder, method);
    const frame = holder.stack?.[0];
    const func = frame?.getFunctionName();
    return { file: frame?.getFileName(), line: frame?.getLineNumber(), ...(func && { func }) };
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
