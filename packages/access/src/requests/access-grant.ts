import { GrantIdSchema } from "@scrim/grants";
import * as z from "zod";
import { AskedBySchema, AUDIENCES_MAX, AudienceSchema } from "./access-request.ts";
import { ScopeSchema } from "./scope.ts";

const Seconds = z.int().min(0).max(0xffffffff);
const Id = z.string().min(1).max(128);

export const GRANT_STATES = ["scheduled", "active", "expired", "revoked", "exhausted"] as const;

/** Of a grant that was taken before anybody was asked. */
export const ReviewSchema = z.strictObject({
  state: z.enum(["due", "reviewed", "escalated"]),
  due_at: Seconds,
  reviewer: Id.optional(),
  at: Seconds.optional(),
});

/** What somebody may do for a while, and what became of it. Times are seconds since 1970. Holds no secret. */
export const AccessGrantSchema = z.strictObject({
  id: GrantIdSchema,
  tenant: Id,
  request: Id,
  holder: AskedBySchema,
  owners: z.array(Id).max(64),
  scope: ScopeSchema,
  /** The enrolled services that its patterns named when it was approved. */
  audiences: z.array(AudienceSchema).max(AUDIENCES_MAX),
  not_before: Seconds,
  expires_at: Seconds,
  state: z.enum(GRANT_STATES),
  ended_at: Seconds.optional(),
  review: ReviewSchema.optional(),
});

export type AccessGrant = z.output<typeof AccessGrantSchema>;
export type Review = z.output<typeof ReviewSchema>;
