import type { CommandDefinition } from "../command.ts";

export const grantKeygenCommand: CommandDefinition = {
  name: "grant keygen",
  summary:
    "Makes a pair of keys: signing for the server of grants, policy for the server of policies, service for a service, root for who names the signers.",
  details:
    "Writes NAME.key, which only its owner may read, and NAME.pub. Files that are there are left as they are. Prints the key's id.",
  operands: { usage: "signing|policy|service|root", min: 1, max: 1 },
  options: {
    out: {
      value: "NAME",
      meaning: "Name of the files, without .key and .pub. Without one, what they are for.",
    },
  },
  examples: ["scrim grant keygen signing", "scrim grant keygen service --out checkout"],
  load: () => import("../run/grant-keygen.ts"),
};
