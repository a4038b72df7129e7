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
import { ClosedContext } from "./closed-context.ts";

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
  const closed = new ClosedContext(grants);

  function isWanted(severity: number, context: Context): boolean {
    const spanContext = trace.getSpanContext(context);
    if (isRecording)
      return spanContext !== undefined && isSpanContextValid(spanContext) && !isSuppressed(context);
    const approval = approvalOf(grants, spanContext);
    if (approval === undefined) closed.remember(context);
    return approval !== undefined && severity >= approval.severity && !isSuppressed(context);
  }

  return {
    floor,
    isOpen(severity, given) {
      if (!isRecording && grants.isEmpty) return false;
      try {
        const context = given ?? contexts.active();
        return !closed.is(context) && isWanted(severity, context);
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
