import { PolicyAcknowledgementSchema } from "@scrim/grants";
import * as z from "zod";

/** A process, and which policy it last said that it runs. Times are seconds since 1970. */
export const PolicyProcessSchema = PolicyAcknowledgementSchema.extend({
  /** Tenant, service, environment and instance in JSON. */
  id: z.string(),
  tenant: z.string().min(1).max(128),
  seen_at: z.int().min(0),
});

export type PolicyProcess = z.output<typeof PolicyProcessSchema>;

/** A process that says nothing for so long is gone. */
export const PROCESS_GONE_S = 600;

export function processIdOf(tenant: string, service: string, environment: string, instance: string): string {
  return JSON.stringify([tenant, service, environment, instance]);
}
