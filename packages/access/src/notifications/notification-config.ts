import * as z from "zod";
import { NOTIFICATION_EVENTS } from "../store/notification.ts";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const Url = z
  .string()
  .max(2_048)
  .refine((text) => isAddress(text), {
    message: "expected an https address without credentials",
    params: { hint: "http is for this machine alone" },
  });

/** Whether something may be sent there. */
export function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
}

/** Where somebody hears of requests and grants. */
export const NotificationTargetSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, "lower-case letters, digits, _ . -"),
    url: Url.optional().meta({ description: "Where it is sent by POST." }),
    url_file: z.string().min(1).optional().meta({
      description: "A file of mode 0600 with the address, where that is a secret, as Slack's are.",
    }),
    secret_file: z.string().min(1).optional().meta({
      description:
        "A file of mode 0600 with the secret that signs what is sent (Standard Webhooks): whsec_ and Base64.",
    }),
    format: z.enum(["webhook", "slack"]).default("webhook").meta({
      description: "`slack` is what incoming webhooks of Slack and those alike take.",
    }),
    events: z
      .array(z.enum(NOTIFICATION_EVENTS))
      .min(1)
      .default([...NOTIFICATION_EVENTS])
      .meta({
        description: "Of what it hears.",
      }),
    tenants: z
      .array(z.string().min(1).max(64))
      .min(1)
      .optional()
      .meta({ description: "Of which tenants; of all unless given." }),
  })
  .refine(({ url, url_file }) => (url === undefined) !== (url_file === undefined), {
    path: ["url"],
    message: "exactly one of url and url_file says where",
  })
  .refine(({ format, secret_file }) => format !== "webhook" || secret_file !== undefined, {
    path: ["secret_file"],
    message: "a webhook needs it: whoever gets it must be able to tell who sent it",
  });

export type NotificationTarget = z.output<typeof NotificationTargetSchema>;
