import { directorySource, keepWitnessed, readPublished } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { LOG_KEY_OPTION, logKeyOf, readPublicKeyFile } from "../audit/key-option.ts";
import { askWitness } from "../audit/witness-client.ts";
import { type CommandDefinition, optionList } from "../command.ts";

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
  async run(input, { stdout, stderr }) {
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
  },
};
