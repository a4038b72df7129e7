import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import { canonicalJson, parseCanonicalJson } from "./canonical-json.ts";
import { COMMITMENT_PATTERN } from "./commitment.ts";
import { ENTRY_BYTES_MAX } from "./entry-bundle.ts";
import { PSEUDONYM_PATTERN } from "./pseudonym.ts";

/** What entries can be about. */
export const ENTRY_KINDS = [
  "request",
  "decision",
  "grant",
  "use",
  "reveal",
  "policy",
  "administration",
  "heartbeat",
] as const;

/** No spaces, no @: names of things that programs made up, and no room for text about people. */
const Name = z.string().regex(/^[a-z][a-z0-9_.]{0,63}$/);
const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/);
const Pseudonym = z.string().regex(PSEUDONYM_PATTERN);
const MEMBERS_MAX = 32;

function bounded<V extends z.ZodType>(value: V) {
  return z.record(Name, value).refine((record) => Object.keys(record).length <= MEMBERS_MAX);
}

const EventShape = {
  kind: z.enum(ENTRY_KINDS).meta({ description: "What the entry is about." }),
  action: Name.meta({ description: "What was done: `approve`, `revoke`." }),
  outcome: z
    .enum(["done", "refused", "failed"])
    .optional()
    .meta({ description: "How it ended, where that is known." }),
  actor: Pseudonym.optional().meta({ description: "Who did it." }),
  acting_for: Pseudonym.optional().meta({ description: "For whom a machine did it." }),
  subject: Pseudonym.optional().meta({ description: "Whom or whose data it concerns." }),
  ids: bounded(Id).optional().meta({ description: "What it concerns: `request`, `grant`, `trace`." }),
  policies: z.array(Id).max(MEMBERS_MAX).optional().meta({ description: "Policies that decided." }),
  facts: bounded(z.union([z.int(), z.boolean(), Id, z.array(Id).max(64)]))
    .optional()
    .meta({ description: "Numbers and names that matter: `seconds`, `classes`." }),
  texts: bounded(z.string().regex(COMMITMENT_PATTERN))
    .optional()
    .meta({ description: "Commitments to free text, which is kept beside the log." }),
} as const;

/** What happened. Whoever appends it gives no version and no time: the log does. */
export const AuditEventSchema = z
  .strictObject(EventShape)
  .meta({ id: "AuditEvent", description: "What happened, without personal data." });

/** An entry as it stands in the log. */
export const AuditEntrySchema = z
  .strictObject({
    version: z.literal(1),
    time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    ...EventShape,
  })
  .meta({ id: "AuditEntry", description: "An entry of the log." });

export type AuditEvent = z.output<typeof AuditEventSchema>;
export type AuditEntry = z.output<typeof AuditEntrySchema>;

/**
 * The bytes of an entry: canonical JSON.
 *
 * @throws {OperatingError} `INPUT_INVALID` where the event has what may not stand in the log; `path` names the member
 */
export function formatEntry(event: AuditEvent, timeMs: number): Buffer {
  const result = AuditEventSchema.safeParse(event);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new OperatingError("INPUT_INVALID", "an entry has a wrong key, type or value", {
      path: issue?.path.slice(0, 1).join(".") ?? "",
      hint: "people are pseudonyms, free text is a commitment; the rest are names and numbers",
    });
  }
  const bytes = canonicalJson({ version: 1, time: new Date(timeMs).toISOString(), ...result.data });
  if (bytes.length > ENTRY_BYTES_MAX) {
    throw new OperatingError("TOO_LARGE", `an entry has at most ${ENTRY_BYTES_MAX} bytes`);
  }
  return bytes;
}

/** The entry of some bytes; undefined where they are none of this version, in its one spelling. */
export function parseEntry(bytes: Buffer): AuditEntry | undefined {
  const result = AuditEntrySchema.safeParse(parseCanonicalJson(bytes));
  return result.success ? result.data : undefined;
}
