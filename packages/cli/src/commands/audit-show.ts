import type { AuditEntry } from "@scrim/audit";
import type { CommandDefinition } from "../command.ts";

/** As in `@scrim/audit`, which help does without: the compiler sees that none is missing. */
const IS_KIND: Readonly<Record<AuditEntry["kind"], true>> = {
  request: true,
  decision: true,
  grant: true,
  use: true,
  reveal: true,
  policy: true,
  administration: true,
  heartbeat: true,
};

export const auditShowCommand: CommandDefinition = {
  name: "audit show",
  summary: "Shows the entries of an audit log.",
  details: [
    "LOG is the log's folder, or the address it is served under. Nothing is verified here: that is scrim audit verify.",
    "People are pseudonyms, free text is a commitment; what stands behind them is kept elsewhere.",
  ].join("\n"),
  operands: { usage: "LOG", min: 1, max: 1 },
  options: {
    kind: { value: "KIND", meaning: "Entries of this kind.", choices: Object.keys(IS_KIND) },
    action: { value: "NAME", meaning: "Entries of this action." },
    who: { value: "PSEUDONYM", meaning: "Entries that somebody did, had done, or is the subject of." },
    id: { value: "ID", meaning: "Entries with this id, of a request, grant or trace.", multiple: true },
    after: { value: "TIME", meaning: "Entries from this time on: 2027-01-15T08:00:00Z." },
    before: { value: "TIME", meaning: "Entries before this time." },
    last: { value: "N", meaning: "The last N of these alone." },
    json: { meaning: "Writes JSON: one document for each entry, a line each." },
  },
  examples: [
    "scrim audit show /var/lib/scrim/audit --last 20",
    "scrim audit show /var/lib/scrim/audit --kind reveal --after 2027-01-15T00:00:00Z --json",
  ],
  load: () => import("../run/audit-show.ts"),
};
