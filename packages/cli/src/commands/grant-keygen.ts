import { rmSync, writeFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { generateKeys, type KeyPurpose } from "@scrim/grants";
import { type CommandDefinition, optionText } from "../command.ts";
import { codeOf, isCode, PRIVATE_MODE } from "../grants/private-file.ts";

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
    const { id, privateKey, publicKey } = generateKeys(purpose);
    writeNew(`${name}.key`, privateKey, PRIVATE_MODE);
    try {
      writeNew(`${name}.pub`, publicKey, 0o644);
    } catch (error) {
      rmSync(`${name}.key`); // half a pair would stand in the way of the next try
      throw error;
    }
    stdout.write(`${purpose} key ${id}: ${name}.key (secret), ${name}.pub\n`);
    return 0;
  },
};

function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { mode, flag: "wx", flush: true });
  } catch (cause) {
    const isThere = isCode(cause, "EEXIST");
    throw new OperatingError(
      "INPUT_INVALID",
      isThere ? "this file is there already, and stays as it is" : `can't be written (${codeOf(cause)})`,
      { path, hint: isThere ? "give another name: --out NAME" : "is the folder there, and yours?", cause },
    );
  }
}
