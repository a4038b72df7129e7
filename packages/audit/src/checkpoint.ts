import { invalid } from "./invalid.ts";
import type { NoteSigner, NoteVerifier } from "./note-key.ts";
import { parseDecimal, parseHash } from "./note-text.ts";
import { formatNote, isSignedBy, parseNote, type SignedNote, signAsLog } from "./signed-note.ts";

/** The head of a log's tree: what it has promised. c2sp.org/tlog-checkpoint */
export interface Checkpoint {
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  readonly root: Buffer;
}

/** A checkpoint with the note it stands in. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: SignedNote;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString("base64")}\n`;
}

/** A checkpoint with the log's signature, as it is published. */
export function signCheckpoint(signer: NoteSigner, size: number, root: Buffer): string {
  const text = checkpointText({ origin: signer.name, size, root });
  return formatNote(text, [signAsLog(signer, text)]);
}

/**
 * Reads a checkpoint without believing it.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where the bytes are none
 */
export function parseCheckpoint(bytes: Uint8Array, path?: string): SignedCheckpoint {
  const note = parseNote(bytes, path);
  const lines = note.text.slice(0, -1).split("\n");
  const [origin = "", sizeText = "", rootText = ""] = lines;
  const size = parseDecimal(sizeText);
  const root = parseHash(rootText);
  if (lines.includes("") || size === undefined || root === undefined) throw invalid("is no checkpoint", path);
  return { origin, size, root, note };
}

/**
 * Reads a checkpoint that has to be this log's.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where it is none, another log's, or not signed by the key
 */
export function readCheckpoint(bytes: Uint8Array, log: NoteVerifier, path?: string): SignedCheckpoint {
  const checkpoint = parseCheckpoint(bytes, path);
  if (checkpoint.origin !== log.name)
    throw invalid("is of another log", path, "its first line is the log's name");
  if (!isSignedBy(checkpoint.note, log, path))
    throw invalid(`is not signed by the log's key ${log.keyId}`, path);
  return checkpoint;
}
