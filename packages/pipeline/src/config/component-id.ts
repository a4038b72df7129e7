import { SIGNALS, type Signal } from "@scrim/wire";
import { z } from "zod";

/** `type` or `type/name`, as in the Collector: `otlp_http`, `otlp_http/backup`. */
export const ComponentId = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*(\/[a-zA-Z0-9_.-]+)?$/, 'a component is named "type" or "type/name"');

/** `signal` or `signal/name`: `logs`, `traces/2`. */
export const PipelineId = z
  .string()
  .max(128)
  .regex(
    new RegExp(String.raw`^(${SIGNALS.join("|")})(\/[a-zA-Z0-9_.-]+)?$`),
    `a pipeline is named "signal" or "signal/name", with one of the signals ${SIGNALS.join(", ")}`,
  );

export function typeOf(componentId: string): string {
  return componentId.split("/", 1)[0]!;
}

/** @param pipelineId as {@link PipelineId} allows it */
export function signalOf(pipelineId: string): Signal {
  return typeOf(pipelineId) as Signal;
}
