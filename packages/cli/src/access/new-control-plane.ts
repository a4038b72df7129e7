import { createToken, generateSecrets } from "@scrim/access";
import { generateNoteKeys } from "@scrim/audit";
import { generateKeys } from "@scrim/grants";
import { PRIVATE_MODE } from "../grants/private-file.ts";
import type { FirstPeople } from "./init-options.ts";

export interface NewFile {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
}

export interface NewControlPlane {
  readonly files: readonly NewFile[];
  readonly signingKey: string;
}

export interface Wanted extends FirstPeople {
  readonly listen: string;
  readonly log: string;
}

/** Public keys are for others to read. */
const PUBLIC_MODE = 0o644;

/**
 * All files of a new control plane.
 *
 * @throws {OperatingError} `INPUT_INVALID` where the log can't have that name
 */
export function newControlPlane(wanted: Wanted): NewControlPlane {
  const audit = generateNoteKeys("log", wanted.log);
  const signing = generateKeys("signing");
  const tokens = [...wanted.people, ...wanted.workloads].map(({ id }) => ({ id, ...createToken(id) }));
  const secret = (name: string, text: string): NewFile => ({ name, text, mode: PRIVATE_MODE });
  return {
    signingKey: signing.id,
    files: [
      secret("access.yaml", configText(wanted)),
      secret("directory.yaml", directoryText(wanted)),
      secret("access.secrets", generateSecrets()),
      secret("tokens", tokens.map(({ line }) => `${line}\n`).join("")),
      secret("audit.key", audit.privateKey),
      { name: "audit.pub", text: audit.publicKey, mode: PUBLIC_MODE },
      secret("signing.key", signing.privateKey),
      { name: "signing.pub", text: signing.publicKey, mode: PUBLIC_MODE },
      ...tokens.map(({ id, token }) => secret(`${id}.token`, `${token}\n`)),
    ],
  };
}

function configText({ listen }: Wanted): string {
  return `# The control plane: scrim access serve --config access.yaml. Paths start from this file's folder.
listen: ${JSON.stringify(listen)}
# For other machines: PEM files, the key of mode 0600.
# tls: { cert_file: tls.crt, key_file: tls.key }

# What is asked, decided and granted. Several servers share a database: postgres_url_file.
store: { sqlite_file: access.db }

# Every step of it, for auditors. Keep a copy of audit.pub, and of the log's checkpoints, somewhere else.
audit: { directory: audit, key_file: audit.key }

# Services trust signing.pub. Who loses access.secrets ends all grants.
keys: { signing_file: signing.key, secrets_file: access.secrets }

# Who may call, and how they show who they are. Both files are followed while it runs.
directory_file: directory.yaml
authentication: { token_file: tokens }

# Who decides on what: one approval, and an hour at most, unless a rule says otherwise.
rules:
  approvals:
    - name: one-approval
      thresholds: [{ approve: 1 }]
      duration_max: 1h
      times_out_after: 1h
`;
}

/** Names may hold any character, so they are written as JSON, which YAML understands. */
function directoryText({ people, teams, workloads }: Wanted): string {
  const list = (texts: readonly string[]) => `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;
  const section = (name: string, entries: readonly string[]) =>
    entries.length === 0 ? "" : `${name}:\n${entries.map((entry) => `  - { ${entry} }\n`).join("")}`;
  const identity = (id: string) => `identities: ${list([`token:${id}`])}`;
  return [
    "# Who may call. An identity is token:NAME, oidc:ISSUER|SUBJECT or certificate:dns:NAME.\n",
    section(
      "people",
      people.map(
        ({ id, roles, teams }) =>
          `id: ${JSON.stringify(id)}, ${identity(id)}, roles: ${list(roles)}${teams.length === 0 ? "" : `, teams: ${list(teams)}`}`,
      ),
    ),
    section(
      "workloads",
      workloads.map(
        ({ id, service, environment }) =>
          `id: ${JSON.stringify(id)}, ${identity(id)}, services: [{ service: ${JSON.stringify(service)}, environment: ${JSON.stringify(environment)} }]`,
      ),
    ),
    section(
      "teams",
      teams.map(
        ({ id, owns }) =>
          `id: ${JSON.stringify(id)}, owns: [${owns.map((service) => `{ service: ${JSON.stringify(service)} }`).join(", ")}]`,
      ),
    ),
  ].join("");
}
