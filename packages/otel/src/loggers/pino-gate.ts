import { reportFault } from "../report-fault.ts";
import type { LoggerGate } from "../verbose/logger-gate.ts";
import {
  afterPatch,
  exportsOf,
  type InstallGate,
  isNamespace,
  modulesOf,
  setHidden,
  tellLeft,
} from "./instrumentation-like.ts";
import { severityOfLevel } from "./level-severity.ts";

/** Where pino keeps what is its own. */
interface PinoSymbols {
  readonly streamSym: symbol;
  readonly setLevelSym: symbol;
}

interface Pino {
  (...args: unknown[]): PinoLogger;
  readonly symbols: PinoSymbols;
  readonly multistream?: unknown;
  pino?: unknown;
  default?: unknown;
}

type Method = (this: PinoLogger, ...args: unknown[]) => void;
type SetLevel = (this: PinoLogger, level: string | number) => void;
type IsLevelEnabled = (this: PinoLogger, level: string) => boolean;

interface PinoLogger {
  readonly levels: { readonly values: Readonly<Record<string, number>> };
  readonly levelVal: number;
  /** The function that does nothing, which pino puts in the place of methods below its level. */
  readonly silent: Method;
  isLevelEnabled: IsLevelEnabled;
  emit: unknown;
  [name: PropertyKey]: unknown;
}

/** Puts a gate in front of each logger that pino makes from now on. */
export const gatePino: InstallGate = (instrumentation, gate) => {
  const isSending = () => instrumentation.getConfig?.().disableLogSending !== true;
  for (const module of modulesOf(instrumentation)) {
    afterPatch("pino", module, (patched, exports) => {
      if (patched === exports || typeof patched !== "function") return patched;
      const gated = gatedFactory(patched as Pino, isSending, gate);
      if (isNamespace(exports)) {
        if (exports.pino) exports.pino = gated;
        exports.default = gated;
      }
      return gated;
    });
  }
};

function gatedFactory(pino: Pino, isSending: () => boolean, gate: LoggerGate): Pino {
  const { symbols, multistream } = exportsOf(pino) as Pino;
  const factory = (...args: unknown[]) => {
    const logger = pino(...args);
    try {
      const isGated = gateLogger(logger, symbols, gate);
      if (!isGated && isSending() && multistream !== undefined) {
        tellLeft("pino", "its stream to OpenTelemetry was not found");
      }
    } catch (error) {
      tellLeft("pino", "this version is not known", error);
    }
    return logger;
  };
  const gated: Pino = Object.assign(factory, pino);
  if (typeof gated.pino === "function") gated.pino = gated;
  if (typeof gated.default === "function") gated.default = gated;
  return gated;
}

/**
 * Gates the methods of a logger, and of all its children, that pino has put out of action; again whenever a level is set. What passes the gate is logged by
 * pino's own method, with another logger as `this`: one that has everything from the one that was called, and a stream to OpenTelemetry alone. So the logger's own
 * destination can't see the line. Returns whether the logger has such a stream.
 */
function gateLogger(root: PinoLogger, { streamSym, setLevelSym }: PinoSymbols, gate: LoggerGate): boolean {
  const otelStream = otelStreamOf(root[streamSym]);
  if (otelStream === undefined) return false;
  const setLevel = root[setLevelSym] as SetLevel;
  const { isLevelEnabled } = root;
  const loggersToOtel = new WeakMap<PinoLogger, PinoLogger>();
  const severities = new WeakMap<object, number>();
  /** By the levels that a logger has, which children share unless they add some. */
  const methods = new WeakMap<object, Map<string, Method>>();
  /** Lines that the application's own functions log while they help to make one could go on for ever: at the logger's own level they don't. */
  let isLogging = false;

  function toOtelAlone(logger: PinoLogger): PinoLogger {
    let other = loggersToOtel.get(logger);
    if (other === undefined) {
      other = Object.create(logger, { [streamSym]: { value: otelStream } }) as PinoLogger;
      loggersToOtel.set(logger, other);
    }
    return other;
  }

  /** The method that pino would have at that level, with the application's hooks. */
  function ownMethod(logger: PinoLogger, level: string): Method {
    const opened = Object.create(logger) as PinoLogger;
    opened.emit = () => false; // no level of the application's has changed
    setLevel.call(opened, level);
    return opened[level] as Method;
  }

  function gatedMethod(log: Method, severity: number): Method {
    function gated(this: PinoLogger, ...args: unknown[]): void {
      if (!gate.isOpen(severity) || isLogging) return;
      isLogging = true;
      try {
        log.apply(toOtelAlone(this), args);
      } catch (error) {
        // Without a gate nothing would have been called, so nothing may be thrown.
        reportFault("a verbose line was not captured", error);
      } finally {
        isLogging = false;
      }
    }
    severities.set(gated, severity);
    return gated;
  }

  function methodFor(logger: PinoLogger, level: string, severity: number): Method {
    const { values } = logger.levels;
    const known = methods.get(values) ?? new Map<string, Method>();
    methods.set(values, known);
    let method = known.get(level);
    if (method === undefined) {
      method = gatedMethod(ownMethod(logger, level), severity);
      known.set(level, method);
    }
    return method;
  }

  function gateDisabled(logger: PinoLogger): void {
    if (logger.levelVal === Number.POSITIVE_INFINITY) return; // who silences a logger means all of it
    for (const [level, value] of Object.entries(logger.levels.values)) {
      const severity = severityOfLevel(value);
      if (severity < gate.floor && logger[level] === logger.silent)
        logger[level] = methodFor(logger, level, severity);
    }
  }

  gateDisabled(root);
  setHidden(root, setLevelSym, function setLevelAndGate(this: PinoLogger, level: string | number): void {
    setLevel.call(this, level);
    try {
      gateDisabled(this);
    } catch (error) {
      reportFault("a logger was not gated", error);
    }
  });
  setHidden(root, "isLevelEnabled", function isEnabledOrOpen(this: PinoLogger, level: string): boolean {
    if (isLevelEnabled.call(this, level)) return true;
    const severity = severities.get(Object(this[level]));
    return severity !== undefined && gate.isOpen(severity);
  });
  return true;
}

/** Of the two streams that the instrumentation writes to, its own. */
function otelStreamOf(stream: unknown): object | undefined {
  const { streams } = (stream ?? {}) as { streams?: readonly { readonly stream: object }[] };
  return streams?.find(({ stream: each }) => "_otelLogger" in each)?.stream;
}
