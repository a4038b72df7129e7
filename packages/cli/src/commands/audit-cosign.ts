import type { CommandDefinition } from "../command.ts";
import { LOG_KEY_OPTION } from "../shared-options.ts";

export const auditCosignCommand: CommandDefinition = {
  name: "audit cosign",
  summary: "Has the checkpoint of an audit log cosigned by witnesses.",
  details: [
    "DIR is the log's folder; the log may be written meanwhile. The cosigned checkpoint is kept there, as checkpoint.witnessed.",
    "Run it in an interval. What comes after the last run is not witnessed yet.",
    "--witness and --url go in pairs: the first key is that of the first address.",
  ].join("\n"),
  operands: { usage: "DIR", min: 1, max: 1 },
  options: {
    key: LOG_KEY_OPTION,
    witness: { value: "FILE", meaning: "A witness's public key.", multiple: true, required: true },
    url: { value: "URL", meaning: "Its address, without /add-checkpoint.", multiple: true, required: true },
  },
  examples: [
    "scrim audit cosign /var/lib/scrim/audit --key log.pub --witness w1.pub --url https://witness.example/w1",
  ],
  load: () => import("../run/audit-cosign.ts"),
};
