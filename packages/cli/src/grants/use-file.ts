import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import { readPrivateFile } from "./private-file.ts";

/*
 * What a server of grants has counted: the newest version of its bundles, and the traces of each grant. Beside the store, in a file that
 * the server alone writes.
 */

const USES_BYTES_MAX = 32 << 20;

const Count = z.int().min(0);

const GrantUsesSchema = z.strictObject({
  expires_at: Count.describe(
    "When the grant ends, in seconds since 1970. A day later its counts are forgotten.",
  ),
  leased: Count.describe("Traces that are gone: given to a process, and not given back."),
  used: Count.describe("Of these, the ones that processes told of as captured."),
  held: z
    .record(z.string(), z.int().min(1))
    .describe("Of these, the ones that are neither, by process. Only they can be given back."),
});

const UsesSchema = z.strictObject({
  version: Count,
  grants: z.record(z.string(), GrantUsesSchema),
});

export type GrantUses = z.output<typeof GrantUsesSchema>;
export type Uses = z.output<typeof UsesSchema>;

export function usesPathOf(storePath: string): string {
  return `${storePath}.uses`;
}

/**
 * What was counted; nothing where there is no file.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `STORE_UNUSABLE`
 */
export function readUses(storePath: string): Uses {
  const path = usesPathOf(storePath);
  const text = readPrivateFile(path, USES_BYTES_MAX);
  if (text === undefined) return { version: 0, grants: {} };
  try {
    return UsesSchema.parse(JSON.parse(text));
  } catch {
    throw new OperatingError("STORE_UNUSABLE", "it is no count of uses", {
      path,
      hint: "restore it; without it, revoke all grants with traces_max before you remove it, or they count anew",
    });
  }
}
