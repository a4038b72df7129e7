import type { CommandDefinition } from "../command.ts";
import { LOG_KEY_OPTION, WITNESS_OPTIONS } from "../shared-options.ts";

export const auditVerifyCommand: CommandDefinition = {
  name: "audit verify",
  summary: "Verifies an audit log, or a proof that an entry is in one.",
  details: [
    "LOG is the log's folder, or the address it is served under. All entries are hashed again, and compared with all tiles and the signed checkpoint.",
    "--since takes a checkpoint that was kept elsewhere: the log must continue it. So must it the checkpoint of a --proof.",
    "Without a kept checkpoint or a witness only internal consistency is shown: whoever has the log's key could have cut it off or written it anew.",
    "Exit codes: 0 verified against what was kept or witnessed, 1 it does not verify, 2 the command line is wrong, 3 internal consistency only.",
    "With --proof and without LOG the proof is verified by itself.",
  ].join("\n"),
  operands: { usage: "[LOG]", min: 0, max: 1 },
  options: {
    key: LOG_KEY_OPTION,
    since: { value: "FILE", meaning: "A checkpoint that was kept.", multiple: true },
    proof: { value: "FILE", meaning: "A .tlog-proof file, of scrim audit prove or a receipt." },
    ...WITNESS_OPTIONS,
    json: { meaning: "Writes what was proved as JSON." },
  },
  examples: [
    "scrim audit verify /var/lib/scrim/audit --key log.pub --since checkpoint.monday",
    "scrim audit verify https://shop.example/audit --key log.pub --witness w1.pub --witness w2.pub --witnesses 1",
    "scrim audit verify --proof reveal-17.tlog-proof --key log.pub",
  ],
  load: () => import("../run/audit-verify.ts"),
};
