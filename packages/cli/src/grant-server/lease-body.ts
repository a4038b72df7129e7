import type { LeaseRequest } from "@scrim/grants";
import * as z from "zod";
import { type ServiceName, ServiceNameSchema } from "../grants/grant-store.ts";
import { Refusal } from "./refusal.ts";

/** Room for a count of each of a thousand grants, three times. */
export const BODY_BYTES_MAX = 128 * 1024;

/** Traces that are asked for at once, of one grant. */
const WANTED_MAX = 1_000;

const GrantId = z.string().regex(/^[0-9a-f]{16}$/);
const Counts = z.record(GrantId, z.int().min(0).max(1_000_000));

const LeaseBodySchema = z.strictObject({
  ...ServiceNameSchema.shape,
  instance: z
    .string()
    .min(1)
    .max(128)
    .regex(/^\P{Cc}+$/u),
  wanted: z.record(GrantId, z.int().min(0).max(WANTED_MAX)),
  used: Counts,
  returned: Counts,
});

export interface LeaseBody {
  readonly name: ServiceName;
  readonly instance: string;
  readonly request: LeaseRequest;
}

/**
 * Reads the body of `POST /v1/grant-uses`.
 *
 * @throws {Refusal} `malformed`
 */
export function parseLeaseBody(body: Buffer): LeaseBody {
  const result = LeaseBodySchema.safeParse(jsonOf(body));
  if (!result.success) throw new Refusal("malformed");
  const { service, environment, instance, ...request } = result.data;
  return { name: { service, environment }, instance, request };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal("malformed");
  }
}
