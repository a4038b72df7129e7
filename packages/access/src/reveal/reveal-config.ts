import { AuthenticationConfig } from "@scrim/authentication";
import { isLoopback, ListenEndpoint } from "@scrim/gateway";
import { duration } from "@scrim/pipeline";
import * as z from "zod";

const File = z.string().min(1).max(4_096);

const BaseUrl = z.string().refine(isBaseUrl, {
  message: "expected an https URL, or http on this machine, without a password",
  params: { hint: 'write it like "https://access.internal", and put credentials into token_file' },
});

/** Bundles are signed; the token that they are asked for with is not, and must not be read on its way. */
function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username + url.password !== "") return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(host));
}

const TlsConfig = z.strictObject({
  cert_file: File.meta({ description: "The server's certificate, with those that lead to it, in PEM." }),
  key_file: File.meta({ description: "Its private key, of mode 0600." }),
  client_ca_file: File.optional().meta({ description: "Authorities of callers' certificates." }),
});

const GrantsConfig = z
  .strictObject({
    url: BaseUrl.optional().meta({
      description: "Server that pushes bundles; `/v1/reveal-bundles/AUDIENCE` is put behind it.",
    }),
    token_file: File.optional().meta({
      description: "Bearer token for the server, in a file of mode 0600 that is read for each request.",
    }),
    bundle_file: File.optional().meta({
      description: "Bundle of reveal grants, in a file of mode 0600 that is read again whenever it changes.",
    }),
    trusted_files: z.array(File).min(1).max(8).optional().meta({
      description: "Public keys of who signs bundles; two while they rotate.",
    }),
    root_files: z.array(File).min(1).max(4).optional().meta({
      description:
        "In the place of `trusted_files`: public keys of the root that signs the set of signers; two while it is replaced.",
    }),
    key_set_file: File.optional().meta({
      description:
        "With `root_files`: the signed set of keys, in a file that is read again whenever it changes. Without it the set comes from `url`.",
    }),
    audience: z.string().min(1).max(128).default("reveal").meta({
      description: "Name of this service; bundles for others are refused.",
    }),
    versions_file: File.default("reveal.versions").meta({
      description:
        "Keeps the newest version over restarts, so that no older bundle is taken after it; one beside it, `.keys`, that of the set of keys.",
    }),
  })
  .refine(({ bundle_file, url }) => (bundle_file === undefined) !== (url === undefined), {
    message: "exactly one of url and bundle_file says where grants come from",
    params: { hint: "add url: https://access.internal, or bundle_file: reveals.bundle" },
  })
  .refine(({ trusted_files, root_files }) => (trusted_files === undefined) !== (root_files === undefined), {
    message: "exactly one of trusted_files and root_files says who signs grants",
    params: { hint: "add root_files: [root.pub], or trusted_files: [signing.pub]" },
  })
  .refine(({ root_files, key_set_file }) => root_files !== undefined || key_set_file === undefined, {
    path: ["key_set_file"],
    message: "goes with root_files",
    params: { hint: "add root_files: [root.pub], or remove key_set_file" },
  })
  .refine(
    ({ root_files, key_set_file, url }) => root_files === undefined || (key_set_file ?? url) !== undefined,
    {
      path: ["key_set_file"],
      message: "is needed where there is a root and no url",
      params: { hint: "add key_set_file: keys.set" },
    },
  )
  .meta({ description: "Who may have values opened: signed by others, and believed for that alone." });

const AuditConfig = z.strictObject({
  directory: File.default("reveal-audit").meta({
    description: "Folder of the service's own audit log. Nobody else writes it.",
  }),
  key_file: File.default("reveal-audit.key").meta({
    description: "Signs the log's checkpoints; of scrim audit keygen log.",
  }),
  pseudonyms_file: File.default("pseudonyms.secret").meta({
    description:
      "Of mode 0600: the line `pseudonyms VERSION SECRET` of the control plane's secrets, so that a caller has one pseudonym in both logs.",
  }),
  create: z.boolean().default(false).meta({
    description:
      "Makes the log where there is none. Counts of opened values are in it: one that was moved away must not begin anew unseen.",
  }),
  heartbeat: duration({ min: "1s", max: "24h" }).prefault("5m").meta({
    description: "How often the log says that it goes on.",
  }),
});

const LimitsConfig = z.strictObject({
  refusals_per_min: z.int().min(1).max(100_000).default(600).meta({
    description: "Refusals that one caller gets: so many at once, and so many more a minute.",
  }),
  refusals_per_day: z.int().min(1).max(1_000_000).default(10_000).meta({
    description: "The same over a day. Each is an entry of some 300 bytes in the audit log.",
  }),
});

/** Configuration of a reveal service. Paths start from the file's folder. */
export const RevealConfig = z
  .strictObject({
    listen: ListenEndpoint.prefault("127.0.0.1:4331").meta({
      description: "Where to listen. Without `tls` only on this machine.",
    }),
    tls: TlsConfig.optional(),
    key_files: z.array(File).min(1).max(64).meta({
      description: "Private keys that open what was sealed, each of mode 0600; of scrim reveal keygen.",
    }),
    grants: GrantsConfig,
    audit: AuditConfig.prefault({}),
    directory_file: File.default("directory.yaml").meta({ description: "Who may call." }),
    authentication: AuthenticationConfig.prefault({}),
    limits: LimitsConfig.prefault({}),
  })
  .refine(({ listen, tls }) => tls !== undefined || isLoopback(listen.host), {
    path: ["tls"],
    message: "is needed where other machines can ask",
    params: { hint: "give tls.cert_file and tls.key_file, or listen on 127.0.0.1" },
  })
  .meta({ id: "RevealConfig", description: "Configuration of a reveal service." });

export type RevealConfig = z.output<typeof RevealConfig>;
