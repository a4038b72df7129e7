import { IDENTITY } from "@scrim/authentication";
import * as z from "zod";

/** Entries of a kind, far more than a file that people edit has. */
const ENTRIES_MAX = 10_000;

const DirectoryIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, "expected 1 to 64 of a-z, 0-9, . _ @ -, a letter or digit first");

const Ids = z.array(DirectoryIdSchema).max(64).default([]);
const Tenant = DirectoryIdSchema.default("default").meta({
  description: "Nothing of another tenant is seen.",
});
const Identities = z
  .array(
    z
      .string()
      .regex(
        IDENTITY,
        "expected token:NAME, oidc:ISSUER|SUBJECT, certificate:uri:…, certificate:dns:… or certificate:cn:…",
      ),
  )
  .max(64)
  .default([])
  .meta({ description: "How it shows who it is. None: it can't call." });
const Roles = Ids.meta({ description: "What the policies go by." });
const Teams = Ids.meta({ description: "Teams that it belongs to." });

const Pattern = z.string().min(1).max(256);
const Places = z
  .array(
    z.strictObject({
      service: Pattern.meta({ description: "`service.name`, with `*` for any characters." }),
      environment: Pattern.default("*").meta({
        description: "`deployment.environment.name`, with `*` for any characters.",
      }),
    }),
  )
  .max(256);

const Time = z.iso
  .datetime({ offset: true, error: 'expected a time like "2026-11-22T18:00:00Z"' })
  .transform((text) => Math.floor(Date.parse(text) / 1_000));

const PersonSchema = z.strictObject({
  id: DirectoryIdSchema,
  tenant: Tenant,
  identities: Identities,
  roles: Roles,
  teams: Teams,
});

const MachineSchema = z.strictObject({
  id: DirectoryIdSchema,
  tenant: Tenant,
  identities: Identities,
  owners: z.array(DirectoryIdSchema).min(1, "needs one person at least").max(16).meta({
    description: "People who answer for it, and so never decide on what it asks for.",
  }),
  acts_for: Ids.meta({ description: "People that it may say to act for." }),
  roles: Roles,
  teams: Teams,
});

const WorkloadSchema = z.strictObject({
  id: DirectoryIdSchema,
  tenant: Tenant,
  identities: Identities,
  services: Places.min(1).meta({ description: "The services that its processes belong to." }),
});

const TeamSchema = z.strictObject({
  id: DirectoryIdSchema,
  tenant: Tenant,
  owns: Places.default([]).meta({ description: "The services that it answers for." }),
  on_call: z
    .array(z.strictObject({ person: DirectoryIdSchema, from: Time, until: Time }))
    .max(1_024)
    .default([])
    .meta({ description: "Who is on call, from a time (it included) until another." }),
});

export const DirectoryDocumentSchema = z
  .strictObject({
    tenants: z
      .array(DirectoryIdSchema)
      .min(1)
      .max(1_024)
      .default(["default"])
      .meta({ description: "All that there are." }),
    people: z.array(PersonSchema).max(ENTRIES_MAX).default([]),
    machines: z.array(MachineSchema).max(ENTRIES_MAX).default([]),
    workloads: z.array(WorkloadSchema).max(ENTRIES_MAX).default([]),
    teams: z.array(TeamSchema).max(ENTRIES_MAX).default([]),
  })
  .meta({ id: "Directory", description: "Who may call, and who belongs to whom." });

export type DirectoryDocument = z.output<typeof DirectoryDocumentSchema>;
export type Person = DirectoryDocument["people"][number];
export type Machine = DirectoryDocument["machines"][number];
export type Workload = DirectoryDocument["workloads"][number];
export type Team = DirectoryDocument["teams"][number];
