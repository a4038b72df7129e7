import { AuthenticationConfig } from "@scrim/authentication";
import { isLoopback, ListenEndpoint } from "@scrim/gateway";
import { duration, parseSection, readYaml } from "@scrim/pipeline";
import * as z from "zod";
import { AuthorizationConfig } from "../authorization/create-authorize.ts";
import { NotificationTargetSchema } from "../notifications/notification-config.ts";
import { AccessRulesSchema } from "../requests/access-rules.ts";

const File = z.string().min(1).max(4_096);

/** Configuration of the control plane. Paths start from the file's folder. */
export const AccessConfig = z
  .strictObject({
    listen: ListenEndpoint.prefault("127.0.0.1:4330").meta({
      description: "Where to listen. Without `tls` only on this machine.",
    }),
    tls: z
      .strictObject({
        cert_file: File.meta({
          description: "The server's certificate, with those that lead to it, in PEM.",
        }),
        key_file: File.meta({ description: "Its private key, of mode 0600." }),
        client_ca_file: File.optional().meta({ description: "Authorities of callers' certificates." }),
      })
      .optional(),
    store: z
      .union([
        z.strictObject({ sqlite_file: File.meta({ description: "The embedded store." }) }),
        z.strictObject({
          postgres_url_file: File.meta({
            description: "A file of mode 0600 with the address of a database: several servers share it.",
          }),
        }),
      ])
      .default({ sqlite_file: "access.db" })
      .meta({
        description:
          "Where it is kept: `sqlite_file`, or `postgres_url_file` with the address of a database that several servers share.",
      }),
    audit: z
      .strictObject({
        directory: File.default("audit").meta({ description: "The log's folder; each server has its own." }),
        key_file: File.default("audit.key").meta({
          description: "Signs the log's checkpoints; of scrim audit keygen log.",
        }),
        heartbeat: duration({ min: "1s", max: "24h" })
          .prefault("5m")
          .meta({ description: "How often the log says that it goes on." }),
        tenant: z.string().min(1).max(64).default("default").meta({
          description: "Whose auditors read the log over HTTP. It has entries of all tenants.",
        }),
      })
      .prefault({}),
    keys: z
      .strictObject({
        signing_file: File.default("signing.key").meta({
          description:
            "Signs bundles; of scrim grant keygen signing. Where there is a set of keys it may be replaced while this runs.",
        }),
        set_file: File.optional().meta({
          description:
            "Set of the keys that may sign, of scrim grant sign-keys: handed out at /v1/key-set. It is read again whenever it changes.",
        }),
        root_files: z.array(File).min(1).max(4).optional().meta({
          description: "Public keys of the root that signs the set; two while it is replaced.",
        }),
        policy_file: File.optional().meta({
          description:
            "Signs redaction policies; of scrim grant keygen policy. Without it there is no central policy.",
        }),
        secrets_file: File.default("access.secrets").meta({
          description:
            "Of mode 0600: 32 random bytes each, in Base64url, that grants' keys and pseudonyms are made of.",
        }),
      })
      .refine(({ set_file, root_files }) => (set_file === undefined) === (root_files === undefined), {
        message: "set_file and root_files go together",
        params: { hint: "add root_files: [root.pub], and set_file: keys.set" },
      })
      .prefault({}),
    directory_file: File.default("directory.yaml").meta({ description: "Who may call." }),
    authentication: AuthenticationConfig.prefault({}),
    authorization: AuthorizationConfig.prefault({}),
    rules: AccessRulesSchema.prefault({}),
    policies: z
      .strictObject({
        stricter_needs_approval: z.boolean().default(true).meta({
          description:
            "Whether a redaction policy that weakens nothing needs somebody else's approval, too. One that weakens always does.",
        }),
      })
      .prefault({}),
    notifications: z
      .array(NotificationTargetSchema)
      .max(16)
      .default([])
      .meta({ description: "Who hears of requests and grants." }),
  })
  .refine(({ listen, tls }) => tls !== undefined || isLoopback(listen.host), {
    path: ["tls"],
    message: "is needed where other machines can ask",
    params: { hint: "give tls.cert_file and tls.key_file, or listen on 127.0.0.1" },
  })
  .meta({ id: "AccessConfig", description: "Configuration of the control plane." });

export type AccessConfig = z.output<typeof AccessConfig>;

/**
 * The configuration in a YAML text, or in what one would hold.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID` with the path of the first wrong key
 */
export function parseAccessConfig(source: string | object): AccessConfig {
  return parseSection(AccessConfig, typeof source === "string" ? (readYaml(source) ?? {}) : source, "");
}
