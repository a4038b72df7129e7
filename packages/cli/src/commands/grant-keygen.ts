import { OperatingError } from "@scrim/errors";
import { generateKeys, type KeyPurpose } from "@scrim/grants";
import { type CommandDefinition, optionText } from "../command.ts";
import { writeKeyPair } from "../key-pair-files.ts";

const PURPOSES: readonly KeyPurpose[] = ["signing", "service"];

export const grantKeygenCommand: CommandDefinition = {
  name: "grant keygen",
  summary: "Makes a pair of keys: signing for the server of grants, service for a service.",
  details:
    "Writes NAME.key, which only its owner may read, and NAME.pub. Files that are there are left as they are. Prints the key's id.",
  operands: { usage: "signing|service", min: 1, max: 1 },
  options: {
    out: {
      value: "NAME",
      meaning: "Name of the files, without .key and .pub. Without one, what they are for.",
    },
  },
  examples: ["scrim grant keygen signing", "scrim grant keygen service --out checkout"],
  async run(input, { stdout }) {
    const purpose = PURPOSES.find((each) => each === input.operands[0]);
    if (purpose === undefined) {
      throw new OperatingError("INPUT_INVALID", "no such kind of key", {
        hint: `it is one of: ${PURPOSES.join(", ")}`,
      });
    }
    const name = optionText(input, "out") ?? purpose;
    const keys = generateKeys(purpose);
    writeKeyPair(name, keys);
    stdout.write(`${purpose} key ${keys.id}: ${name}.key (secret), ${name}.pub\n`);
    return 0;
  },
};
