import * as z from "zod";

const Name = z.string().min(1).max(256);

/** A service in an environment, and the public keys that its bundles are sealed to. */
export const EnrolledServiceSchema = z.strictObject({
  /** `service` and `environment` in JSON: they may hold any character. */
  id: z.string(),
  tenant: z.string().min(1).max(128),
  service: Name,
  environment: Name,
  keys: z
    .array(z.strictObject({ id: z.string(), public_key: z.string(), enrolled_at: z.int().min(0) }))
    .max(8),
});

export type EnrolledService = z.output<typeof EnrolledServiceSchema>;

/** The id of a service in an environment. */
export function serviceIdOf(service: string, environment: string): string {
  return JSON.stringify([service, environment]);
}
