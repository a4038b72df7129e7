import {
  type ProvedEntry,
  parseEntry,
  parseProof,
  type VerifiedLog,
  verifyLog,
  verifyProof,
} from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { logKeyOf, readFile, witnessPolicyOf } from "../audit/key-option.ts";
import { logSourceOf } from "../audit/log-option.ts";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";
import { counted } from "../counted.ts";

/** The log fits together, but nothing was given that its owner could not have made anew. */
const INTERNAL_ONLY_EXIT = 3;

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const publicKey = logKeyOf(input);
  const witnesses = witnessPolicyOf(input);
  const proofFile = optionText(input, "proof");
  const proofBytes = proofFile === undefined ? undefined : readFile(proofFile);
  const [place] = input.operands;
  const policy = witnesses === undefined ? {} : { witnesses };
  // With a log the witnesses' word is asked of its head.
  const proved =
    proofBytes === undefined
      ? undefined
      : verifyProof(proofBytes, { publicKey, path: proofFile!, ...(place === undefined && policy) });
  if (place === undefined) {
    if (proved === undefined) {
      throw new OperatingError("INPUT_INVALID", "a LOG or --proof FILE is needed", {
        hint: "scrim audit verify --help",
      });
    }
    stdout.write(input.options.json === true ? `${JSON.stringify(proofJson(proved))}\n` : proofText(proved));
    return 0;
  }
  const since = optionList(input, "since").map(readFile);
  if (proofBytes !== undefined) since.push(Buffer.from(parseProof(proofBytes).checkpoint));
  const verified = await verifyLog(logSourceOf(place), { publicKey, since, ...policy });
  const isInternalOnly = verified.against === "internal consistency only";
  const result = { ...verified, ...(proved !== undefined && { proof: proofJson(proved) }) };
  stdout.write(
    input.options.json === true
      ? `${JSON.stringify(result)}\n`
      : `${proved === undefined ? "" : proofText(proved)}${logText(verified)}`,
  );
  return isInternalOnly ? INTERNAL_ONLY_EXIT : 0;
}

function proofJson({ index, entry, checkpoint, cosigners }: ProvedEntry) {
  return { index, entry: parseEntry(entry) ?? null, size: checkpoint.size, cosigners };
}

function proofText({ index, entry, checkpoint, cosigners }: ProvedEntry): string {
  return [
    `entry ${index} is in the log ${checkpoint.origin}, of ${counted(checkpoint.size, "entry").replace("entrys", "entries")} then${cosignedText(cosigners)}`,
    parseEntry(entry) === undefined ? `${entry.length} bytes of another form` : entry.toString(),
    "",
  ].join("\n");
}

function logText({
  origin,
  size,
  root,
  against,
  keptSize,
  witnessed,
  unknownEntries,
  lastTime,
}: VerifiedLog): string {
  const entries = `${size} ${size === 1 ? "entry" : "entries"}`;
  const lines = [
    `log      ${origin}`,
    `entries  ${entries}${lastTime === undefined ? "" : `, the last of ${lastTime}`}`,
    `root     ${root}`,
    "verified all entries, tiles, the checkpoint and its signature",
  ];
  if (unknownEntries > 0) lines.push(`note     ${unknownEntries} of another form than this version's`);
  if (keptSize !== undefined) lines.push(`kept     the log continues the kept checkpoint of ${keptSize}`);
  if (witnessed !== undefined) {
    const open = size - witnessed.size;
    lines.push(`witness  the first ${witnessed.size}${cosignedText(witnessed.cosigners)}`);
    if (open > 0) lines.push(`note     the last ${open} are not cosigned yet`);
  }
  if (against === "internal consistency only") {
    lines.push(
      "internal consistency only: nothing was given that whoever has the log's key could not have made anew",
      "give a checkpoint that was kept elsewhere (--since FILE), or witnesses (--witness FILE.pub)",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** Names of keys are an operator's own words; of witnesses they stand in key files. */
function cosignedText(cosigners: readonly string[]): string {
  return cosigners.length === 0 ? "" : `, cosigned by ${cosigners.join(", ")}`;
}
