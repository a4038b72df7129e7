import type { CommandDefinition } from "../command.ts";

export const revealKeygenCommand: CommandDefinition = {
  name: "reveal keygen",
  summary: "Makes the pair of keys that values are sealed to.",
  details:
    "Writes NAME.key, which only its owner may read, and NAME.pub, which a policy names under keys.seal. Whoever has NAME.key can open what was sealed: keep it away from applications and gateways. Files that are there are left as they are. Prints the key's id, which tokens carry.",
  options: {
    out: { value: "NAME", meaning: "Name of the files, without .key and .pub.", default: "reveal" },
  },
  examples: ["scrim reveal keygen", "scrim reveal keygen --out reveal-2027"],
  load: () => import("../run/reveal-keygen.ts"),
};
