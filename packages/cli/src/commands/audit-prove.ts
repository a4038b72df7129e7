import type { CommandDefinition } from "../command.ts";
import { LOG_KEY_OPTION } from "../shared-options.ts";

export const auditProveCommand: CommandDefinition = {
  name: "audit prove",
  summary: "Writes the proof that an entry is in an audit log, with the entry in it (c2sp.org/tlog-proof).",
  details: [
    "Whoever has the log's public key can verify it without the log: scrim audit verify --proof FILE --key log.pub.",
    "Where witnesses have cosigned a checkpoint that counts the entry, their signatures are in it.",
  ].join("\n"),
  operands: { usage: "LOG INDEX", min: 2, max: 2 },
  options: { key: LOG_KEY_OPTION },
  examples: ["scrim audit prove /var/lib/scrim/audit 17 --key log.pub > reveal-17.tlog-proof"],
  load: () => import("../run/audit-prove.ts"),
};
