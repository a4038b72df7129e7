import { dirname } from "node:path";
import { readCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { diskFileSystem } from "./file-system.ts";
import { invalid } from "./invalid.ts";
import { directorySource, type LogSource } from "./log-source.ts";
import type { NoteVerifier } from "./note-key.ts";
import { proveConsistency, WITNESSED_FILE } from "./read-log.ts";
import { formatNote, isSignedBy, NOTE_BYTES_MAX, parseSignatures } from "./signed-note.ts";
import { withFiles } from "./unusable.ts";
import { formatWitnessRequest } from "./witness-request.ts";

/** What a witness has to be sent that has last seen the log with `oldSize` entries. */
export async function witnessRequest(
  source: LogSource,
  { size, note }: SignedCheckpoint,
  oldSize: number,
): Promise<string> {
  const proof = await proveConsistency(source, oldSize, size);
  return formatWitnessRequest({ oldSize, proof, checkpoint: formatNote(note.text, note.signatures) });
}

/**
 * Adds a witness's answer to a checkpoint.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where there is no cosignature of this witness in it
 */
export function withCosignature(
  checkpoint: SignedCheckpoint,
  answer: string,
  witness: NoteVerifier,
): SignedCheckpoint {
  const signatures = (answer.length > NOTE_BYTES_MAX ? undefined : parseSignatures(answer)) ?? [];
  const own = signatures.filter(({ name, keyId }) => name === witness.name && keyId === witness.keyId);
  const { text } = checkpoint.note;
  if (!isSignedBy({ text, signatures: own }, witness))
    throw invalid("the answer has no cosignature of this witness");
  const others = checkpoint.note.signatures.filter(
    ({ name, keyId }) => name !== witness.name || keyId !== witness.keyId,
  );
  return { ...checkpoint, note: { text, signatures: [...others, own[0]!] } };
}

/**
 * Puts a cosigned checkpoint beside the published one, which goes on with the log. One for more entries stays.
 *
 * @returns whether it was put there
 * @throws {OperatingError} `STORE_UNUSABLE`
 */
export async function keepWitnessed(
  directory: string,
  checkpoint: SignedCheckpoint,
  log: NoteVerifier,
): Promise<boolean> {
  const path = directorySource(directory).locate(WITNESSED_FILE);
  const before = await withFiles("can't be read", path, () => diskFileSystem.read(path, NOTE_BYTES_MAX));
  if (before !== undefined && readCheckpoint(before, log, path).size > checkpoint.size) return false;
  const { text, signatures } = checkpoint.note;
  await withFiles("can't be written", path, async () => {
    await diskFileSystem.write(`${path}.next`, Buffer.from(formatNote(text, signatures)), true);
    await diskFileSystem.rename(`${path}.next`, path);
    await diskFileSystem.syncFolder(dirname(path));
  });
  return true;
}
