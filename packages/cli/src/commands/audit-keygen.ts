import type { CommandDefinition } from "../command.ts";

export const auditKeygenCommand: CommandDefinition = {
  name: "audit keygen",
  summary: "Makes the keys of an audit log, or of a witness.",
  details: [
    "Writes NAME.key, which only its owner may read, and NAME.pub. Files that are there are left as they are.",
    "The name stands under each signature, and of a log in its checkpoints: an address without https://, which need not exist.",
    "Keys are those of signed notes (c2sp.org/signed-note), as Go's note package reads them.",
  ].join("\n"),
  operands: { usage: "log|witness", min: 1, max: 1 },
  options: {
    name: { value: "NAME", meaning: "What it is called: shop.example/audit.", required: true },
    out: {
      value: "NAME",
      meaning: "Name of the files, without .key and .pub. Without one, what they are for.",
    },
  },
  examples: [
    "scrim audit keygen log --name shop.example/audit",
    "scrim audit keygen witness --name witness.example/w1 --out w1",
  ],
  load: () => import("../run/audit-keygen.ts"),
};
