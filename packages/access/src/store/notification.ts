import * as z from "zod";

export const NOTIFICATION_EVENTS = [
  "request.created",
  "request.approved",
  "request.denied",
  "request.cancelled",
  "request.timed_out",
  "break_glass.taken",
  "break_glass.escalated",
  "grant.revoked",
] as const;

/** What has happened and somebody should hear of, until it was told or given up. Kept with what has happened. */
export const NotificationSchema = z.strictObject({
  id: z.string().regex(/^ntf-[0-9a-f]{32}$/),
  tenant: z.string().min(1).max(128),
  event: z.enum(NOTIFICATION_EVENTS),
  /** The request. */
  request: z.string(),
  grant: z.string().optional(),
  /** Which of the addresses it is for, by name. */
  to: z.string().min(1).max(64),
  created_at: z.int().min(0),
  /** When it is tried next, in seconds since 1970. */
  due_at: z.int().min(0),
  attempts: z.int().min(0),
});

export type Notification = z.output<typeof NotificationSchema>;
export type NotificationEvent = Notification["event"];
