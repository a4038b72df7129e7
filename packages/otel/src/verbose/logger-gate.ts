import {
  type Context,
  context as contexts,
  createContextKey,
  isSpanContextValid,
  trace,
} from "@opentelemetry/api";
import type { FlightRecorderLimits, GrantSet } from "@scrim/grants";
import { reportFault } from "../report-fault.ts";
import { approvalOf } from "./approved-traces.ts";

/** `severityNumber` of INFO: what is below is verbose. */
const INFO = 9;

/** By which the SDK marks what its own exporters do: a line about one export must not be cause for the next. */
const SUPPRESSED = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** What a gate asks of a `Capture`. */
export interface LoggerGateOptions {
  readonly grants: GrantSet;
  /** The floor of the verbose capture behind; INFO (9) unless given. */
  readonly floor?: number;
  /** Of the flight recorder behind. Where there is one, verbose records of every trace are wanted. */
  readonly flightRecorder?: FlightRecorderLimits | undefined;
}

/** Says before a logger does any work whether a verbose line is wanted. The processors behind decide on the record once more. */
export interface LoggerGate {
  /** What is at the floor or above is none of the gate's business. */
  readonly floor: number;
  /** Whether a line of this severity is wanted in a context, the active one unless given. Never throws. */
  isOpen(severity: number, context?: Context): boolean;
}

export function createLoggerGate({ grants, floor = INFO, flightRecorder }: LoggerGateOptions): LoggerGate {
  const isRecording = flightRecorder !== undefined;
  /** The last context whose trace was not approved. Lines come in runs, and to ask the grants takes as long again as to ask for the context. */
  let closed: Context | undefined;
  // With each bundle, so that no grant that begins later is missed and no request is kept in memory.
  grants.onChange(() => {
    closed = undefined;
  });

  function isWanted(severity: number, context: Context): boolean {
    const spanContext = trace.getSpanContext(context);
    if (isRecording)
      return spanContext !== undefined && isSpanContextValid(spanContext) && !isSuppressed(context);
    const approval = approvalOf(grants, spanContext);
    if (approval === undefined) closed = context;
    return approval !== undefined && severity >= approval.severity && !isSuppressed(context);
  }

  return {
    floor,
    isOpen(severity, given) {
      if (!isRecording && grants.isEmpty) return false;
      try {
        const context = given ?? contexts.active();
        return context !== closed && isWanted(severity, context);
      } catch (error) {
        reportFault("a logger's gate stayed closed", error);
        return false;
      }
    },
  };
}

function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESSED) === true;
}
