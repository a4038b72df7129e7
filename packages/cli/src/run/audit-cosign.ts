import { directorySource, keepWitnessed, readPublished } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { logKeyOf, readPublicKeyFile } from "../audit/key-option.ts";
import { askWitness } from "../audit/witness-client.ts";
import { type CommandInput, type CommandStreams, optionList } from "../command.ts";

export async function run(input: CommandInput, { stdout, stderr }: CommandStreams): Promise<number> {
  const directory = input.operands[0]!;
  const log = logKeyOf(input);
  const urls = optionList(input, "url");
  const witnesses = optionList(input, "witness").map((path) => readPublicKeyFile("witness", path));
  if (urls.length !== witnesses.length) {
    throw new OperatingError("INPUT_INVALID", "each --witness needs its --url", { path: "--url" });
  }
  let checkpoint = await readPublished(directorySource(directory), log);
  let cosigned = 0;
  for (const [at, witness] of witnesses.entries()) {
    try {
      checkpoint = await askWitness(directory, checkpoint, witness, urls[at]!);
      cosigned++;
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error; // another witness may answer
      stderr.write(`audit cosign: error: ${error.line}\n`);
      if (error.hint !== undefined) stderr.write(`audit cosign: hint: ${error.hint}\n`);
    }
  }
  if (cosigned > 0 && !(await keepWitnessed(directory, checkpoint, log))) {
    stderr.write("audit cosign: note: a later checkpoint is kept already\n");
  }
  stdout.write(
    `${cosigned} of ${witnesses.length} witnesses cosigned the checkpoint of ${checkpoint.size}\n`,
  );
  return cosigned === witnesses.length ? 0 : 1;
}
