import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import type { SeenVersion } from "./document-intake.ts";

const KeptSchema = z.strictObject({
  seen: z.strictObject({ version: z.int().min(1), digest: z.string().regex(/^[0-9a-f]{64}$/) }),
  bundle: z.base64().optional(),
});

/** What outlives a restart. */
export interface KeptPolicy {
  /** The newest bundle that was taken, also where its policy can't be used. */
  readonly seen: SeenVersion;
  /** The last bundle whose policy was in force, as it was signed. */
  readonly bundle: Buffer | undefined;
}

/** @throws {OperatingError} `CONFIG_UNREADABLE` where there is a file that can't be read, or is none of ours */
export function readPolicyCache(path: string): KeptPolicy | undefined {
  try {
    const { seen, bundle } = KeptSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return { seen, bundle: bundle === undefined ? undefined : Buffer.from(bundle, "base64") };
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw unusable(path, "it can't be read", cause);
  }
}

/** Replaces the file whole, with mode 0600. @throws {OperatingError} `CONFIG_UNREADABLE` */
export function writePolicyCache(path: string, { seen, bundle }: KeptPolicy): void {
  const next = `${path}.${process.pid}`;
  try {
    const text = JSON.stringify({ seen, ...(bundle && { bundle: bundle.toString("base64") }) });
    writeFileSync(next, text, { mode: 0o600, flush: true });
    renameSync(next, path);
  } catch (cause) {
    throw unusable(path, "it can't be written", cause);
  }
}

function unusable(path: string, what: string, cause: unknown): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `the central policy can't be kept here: ${what}`, {
    path,
    hint: "make the folder writable; a file that is broken can be removed, and a restart begins with the local policy then",
    cause,
  });
}
