import { directorySource, parseTilePath } from "@scrim/audit";
import * as z from "zod";
import type { ControlPlane } from "../../control-plane.ts";
import { Refusal } from "../refusal.ts";
import { defineRoute, type Route } from "../route.ts";

/** Files of a log that have no tile's name. */
const CHECKPOINTS: ReadonlySet<string> = new Set(["checkpoint", "checkpoint.witnessed"]);

/** A full tile of the largest entries. */
const FILE_BYTES_MAX = 17 << 20;

/** The audit log, as c2sp.org/tlog-tiles has it: whoever reads it checks it, and believes nothing. */
export function auditRoutes(
  plane: ControlPlane,
  directory: string,
  origin: string,
  tenant: string,
): readonly Route[] {
  const source = directorySource(directory);
  return [
    defineRoute({
      id: "getAuditFile",
      method: "GET",
      path: "/v1/audit/{file}",
      summary: "A file of the audit log: `checkpoint`, `tile/…`, for scrim audit verify.",
      params: z.strictObject({ file: z.string().max(128) }),
      answer: { type: "application/octet-stream" },
      refuses: ["unknown"],
      handle: async ({ principal, params }) => {
        const resource = { type: "AuditLog", id: origin, tenant, people: [] } as const;
        if (!plane.control.authorize(principal, "audit.read", resource).isAllowed)
          throw new Refusal("unknown");
        const isCheckpoint = CHECKPOINTS.has(params.file);
        if (!isCheckpoint && parseTilePath(params.file) === undefined) throw new Refusal("unknown");
        const bytes = await source.read(params.file, FILE_BYTES_MAX);
        if (bytes === undefined) throw new Refusal("unknown");
        const headers = {
          "content-type": isCheckpoint ? "text/plain; charset=utf-8" : "application/octet-stream",
          "cache-control": "no-store",
        };
        return { bytes: new Uint8Array(bytes), headers };
      },
    }),
  ];
}
