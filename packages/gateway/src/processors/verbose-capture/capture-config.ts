import { duration, size } from "@scrim/pipeline";
import { z } from "zod";
import { BaseUrl, KeyFiles as Files } from "../control-plane-config.ts";

/** Levels by name, with the least `severityNumber` of each (OpenTelemetry log data model). */
export const FLOORS = { debug: 5, info: 9, warn: 13, error: 17 } as const;

export const VerboseCaptureConfig = z
  .strictObject({
    floor: z.enum(["debug", "info", "warn", "error"]).default("info").meta({
      description: "The least severe log records that always pass. Those below need an approval.",
    }),
    without_severity: z.enum(["pass", "below_floor"]).default("pass").meta({
      description: "What log records are that have no `severityNumber`.",
    }),
    audience: z
      .strictObject({
        service: z.string().min(1).max(256).meta({
          description: "Name under which this gateway is enrolled; bundles for others are refused.",
        }),
        environment: z.string().min(1).max(256).meta({
          description: "The environment it is enrolled for, as in `deployment.environment.name`.",
        }),
      })
      .meta({ description: "Whom bundles of grants are for." }),
    file: z.string().min(1).optional().meta({
      description: "Bundle of grants, in a file of mode 0600 that is read again whenever it changes.",
    }),
    url: BaseUrl.optional().meta({
      description: "Server that pushes bundles of grants and leases traces; `/v1/…` is put behind it.",
    }),
    token_file: z.string().min(1).optional().meta({
      description: "Bearer token for the server, in a file that is read for each request.",
    }),
    trusted: Files.optional().meta({
      description: "Public keys of who signs bundles, as files; two while they rotate.",
    }),
    root: Files.optional().meta({
      description:
        "In the place of `trusted`: public keys of the root that signs the set of signers, as files; two while it is replaced.",
    }),
    key_set_file: z.string().min(1).optional().meta({
      description:
        "With `root`: the signed set of keys, in a file that is read again whenever it changes. Without it the set comes from `url`.",
    }),
    key: Files.meta({
      description:
        "Private keys that open what is sealed to this gateway, as files of mode 0600; two while they rotate.",
    }),
    state: z.string().min(1).optional().meta({
      description:
        "File that keeps the newest version of the bundle over restarts, so that no older one is taken after it; with `root`, one beside it, `.keys`, that of the set of keys.",
    }),
    hold: duration({ min: "0s", max: "10m" }).prefault("0s").meta({
      description:
        "How long records below the floor wait in memory for their traces to be approved; `0s` is not at all. What waits is lost when the gateway stops or crashes.",
    }),
    hold_bytes_max: size({ min: "1MiB", max: "16GiB" }).prefault("64MiB").meta({
      description: "Memory for them. Beyond, the client that takes most of it loses its oldest.",
    }),
    hold_records_max: z.int().min(1).max(10_000_000).default(100_000).meta({
      description: "How many may wait.",
    }),
    trace_id_routing: z.boolean().default(false).meta({
      description:
        "Whether all telemetry of a trace comes to this one gateway. Then a span approves its trace, by its token or by a predicate, for records without a token; otherwise predicates are ignored here.",
    }),
    lease_url: BaseUrl.optional().meta({
      description: "Server that leases traces to predicates, where there is no `url`.",
    }),
  })
  .refine(({ file, url }) => (file === undefined) !== (url === undefined), {
    message: "exactly one of file and url says where grants come from",
    params: { hint: "add file: grants.bundle, or url: https://access.internal" },
  })
  .refine(({ trusted, root }) => (trusted === undefined) !== (root === undefined), {
    message: "exactly one of trusted and root says who signs bundles",
    params: { hint: "add root: [root.pub], or trusted: [signing.pub]" },
  })
  .refine(({ root, key_set_file }) => root !== undefined || key_set_file === undefined, {
    path: ["key_set_file"],
    message: "goes with root",
    params: { hint: "add root: [root.pub], or remove key_set_file" },
  })
  .refine(({ root, key_set_file, url }) => root === undefined || (key_set_file ?? url) !== undefined, {
    path: ["key_set_file"],
    message: "is needed where there is a root and no url",
    params: { hint: "add key_set_file: keys.set" },
  })
  .refine(({ trace_id_routing, url, lease_url }) => !trace_id_routing || (url ?? lease_url) !== undefined, {
    path: ["lease_url"],
    message: "predicates need a server that counts their traces",
    params: { hint: "add lease_url, or remove trace_id_routing" },
  })
  .meta({
    id: "VerboseCaptureConfig",
    description: "Lets log records below a floor pass only for traces that a signed grant approves.",
  });

export type VerboseCaptureConfig = z.output<typeof VerboseCaptureConfig>;
