import { proveEntry } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { LOG_KEY_OPTION, logKeyOf } from "../audit/key-option.ts";
import { logSourceOf } from "../audit/log-option.ts";
import type { CommandDefinition } from "../command.ts";

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
  async run(input, { stdout }) {
    const [place, index] = input.operands;
    if (!/^(?:0|[1-9]\d{0,14})$/.test(index!)) {
      throw new OperatingError("INPUT_INVALID", "expected the index of an entry", {
        hint: "the first has index 0; scrim audit show lists them",
      });
    }
    stdout.write(await proveEntry(logSourceOf(place!), logKeyOf(input), Number(index)));
    return 0;
  },
};
