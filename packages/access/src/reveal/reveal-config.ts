import { isLoopback, ListenEndpoint } from "@scrim/gateway";
import { duration, parseSection } from "@scrim/pipeline";
import * as z from "zod";

const File = z.string().min(1);

const BaseUrl = z.string().refine(isBaseUrl, {
  message: "expected an http or https URL, without a password",
  params: { hint: 'write it like "https://access.internal", and put credentials into token_file' },
});

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.username + url.password === "";
}

const TlsConfig = z.strictObject({
  certificate: File.meta({ description: "The service's certificates in PEM, its own first." }),
  key: File.meta({ description: "The private key in PEM, of mode 0600." }),
  client_ca: File.optional().meta({
    description: "Certificates, in PEM, of who signs clients' certificates. With them clients may send one.",
  }),
});

const GrantsConfig = z
  .strictObject({
    file: File.optional().meta({
      description: "Bundle of reveal grants, in a file of mode 0600 that is read again whenever it changes.",
    }),
    url: BaseUrl.optional().meta({
      description: "Server that pushes bundles; `/v1/reveal-bundles/AUDIENCE` is put behind it.",
    }),
    token_file: File.optional().meta({
      description: "Bearer token for the server, in a file of mode 0600 that is read for each request.",
    }),
    trusted: z.array(File).min(1).max(8).meta({
      description: "Public keys of who signs bundles, as files; two while they rotate.",
    }),
    audience: z.string().min(1).max(128).default("reveal").meta({
      description: "Name of this service; bundles for others are refused.",
    }),
    versions_file: File.meta({
      description: "Keeps the newest version over restarts, so that no older bundle is taken after it.",
    }),
  })
  .refine(({ file, url }) => (file === undefined) !== (url === undefined), {
    message: "exactly one of file and url says where grants come from",
    params: { hint: "add url: https://access.internal, or file: reveals.bundle" },
  });

const AuditConfig = z.strictObject({
  directory: File.meta({ description: "Folder of the service's own audit log. Nobody else writes it." }),
  key: File.meta({ description: "The log's private key, of mode 0600: scrim audit keygen log." }),
  create: z.boolean().default(false).meta({
    description: "Makes the log where there is none. A log that was moved away must not begin anew unseen.",
  }),
  heartbeat: duration({ min: "1s", max: "24h" }).prefault("5m").meta({
    description: "How often an entry says that the log goes on.",
  }),
  pseudonyms: z
    .strictObject({
      version: z
        .int()
        .min(1)
        .max(999_999)
        .meta({ description: "Number of the key, which pseudonyms begin with." }),
      file: File.meta({ description: "32 random bytes in base64, in a file of mode 0600." }),
    })
    .meta({ description: "Key of the pseudonyms that callers have in the log." }),
});

const LimitsConfig = z.strictObject({
  refusals_per_min: z.int().min(1).max(100_000).default(600).meta({
    description: "Refusals that one caller gets: so many at once, and so many more a minute.",
  }),
  refusals_per_day: z.int().min(1).max(1_000_000).default(10_000).meta({
    description: "The same over a day. Each is an entry of some 300 bytes in the audit log.",
  }),
});

export const RevealConfig = z
  .strictObject({
    listen: ListenEndpoint.prefault("127.0.0.1:4321").meta({
      description: "Where to listen. Beyond this machine only with `tls`.",
    }),
    tls: TlsConfig.optional(),
    keys: z.array(File).min(1).max(64).meta({
      description: "Private keys that open what was sealed, as files of mode 0600: scrim reveal keygen.",
    }),
    grants: GrantsConfig,
    audit: AuditConfig,
    limits: LimitsConfig.prefault({}),
  })
  .refine(({ listen, tls }) => tls !== undefined || isLoopback(listen.host), {
    path: ["tls"],
    message: "is needed where other machines can ask",
    params: { hint: "add tls: { certificate: FILE, key: FILE }, or listen on 127.0.0.1" },
  })
  .meta({ id: "RevealConfig", description: "A service that opens sealed values for who holds a grant." });

export type RevealConfig = z.output<typeof RevealConfig>;

/** @throws {OperatingError} `CONFIG_INVALID` with the path of the first wrong key */
export function parseRevealConfig(value: unknown): RevealConfig {
  return parseSection(RevealConfig, value, "");
}
