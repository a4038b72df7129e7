import { readCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { ENTRY_BYTES_MAX } from "./entry-bundle.ts";
import { invalid } from "./invalid.ts";
import { leafHash } from "./merkle-hash.ts";
import { isIncluded, PROOF_HASHES_MAX } from "./merkle-proof.ts";
import type { NoteVerifier } from "./note-key.ts";
import { parseBase64, parseDecimal, parseHashes, parseUtf8 } from "./note-text.ts";
import { NOTE_BYTES_MAX } from "./signed-note.ts";
import { cosignersOf, type WitnessPolicy } from "./witness-policy.ts";

/** That an entry is in a log, for whoever has the log's public key. c2sp.org/tlog-proof */
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The checkpoint with its signatures, as it was published. */
  readonly checkpoint: string;
  /** Here the entry itself. Nothing in the file vouches for it but the proof. */
  readonly extra?: Buffer;
}

const HEAD = "c2sp.org/tlog-proof@v1";
const LINE_BYTES = 48;

/** A proof has an entry in Base64, hashes, and a note. */
export const PROOF_BYTES_MAX: number =
  NOTE_BYTES_MAX + Math.ceil((ENTRY_BYTES_MAX * 4) / 3) + (PROOF_HASHES_MAX + 4) * LINE_BYTES;

export function formatProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  return [
    HEAD,
    ...(extra === undefined ? [] : [`extra ${extra.toString("base64")}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString("base64")),
    "",
    checkpoint,
  ].join("\n");
}

/** @throws {OperatingError} `AUDIT_INVALID` where the bytes are no proof */
export function parseProof(bytes: Uint8Array, path?: string): TlogProof {
  const text = bytes.length > PROOF_BYTES_MAX ? undefined : parseUtf8(bytes);
  const end = text?.indexOf("\n\n") ?? -1;
  const [head, ...lines] = end < 0 ? [] : text!.slice(0, end).split("\n");
  const extraLine = lines[0]?.startsWith("extra ") ? lines.shift() : undefined;
  const indexLine = lines.shift() ?? "";
  const extra = extraLine === undefined ? undefined : parseBase64(extraLine.slice("extra ".length));
  const index = indexLine.startsWith("index ") ? parseDecimal(indexLine.slice("index ".length)) : undefined;
  const hashes = lines.length > PROOF_HASHES_MAX ? undefined : parseHashes(lines);
  const isProof = head === HEAD && (extraLine === undefined || extra !== undefined);
  if (!isProof || index === undefined || hashes === undefined) throw invalid("is no tlog-proof", path);
  return { index, hashes, checkpoint: text!.slice(end + 2), ...(extra !== undefined && { extra }) };
}

export interface ProofOptions {
  readonly publicKey: NoteVerifier;
  readonly witnesses?: WitnessPolicy;
  /** The entry, where the file doesn't have it. */
  readonly entry?: Uint8Array;
  /** Where the bytes are from, for messages. */
  readonly path?: string;
}

export interface ProvedEntry {
  readonly index: number;
  readonly entry: Buffer;
  readonly checkpoint: SignedCheckpoint;
  /** Names of the witnesses that have cosigned the checkpoint. */
  readonly cosigners: readonly string[];
}

/**
 * Checks a proof without the log: that its entry is in the tree that the log, and enough witnesses, have signed.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where it proves nothing
 */
export function verifyProof(
  bytes: Uint8Array,
  { publicKey, witnesses, entry, path }: ProofOptions,
): ProvedEntry {
  const proof = parseProof(bytes, path);
  const checkpoint = readCheckpoint(Buffer.from(proof.checkpoint), publicKey, path);
  const proved = entry === undefined ? proof.extra : Buffer.from(entry);
  if (proved === undefined) throw invalid("has no entry in it, and none was given", path);
  if (!isIncluded(leafHash(proved), proof.index, checkpoint.size, proof.hashes, checkpoint.root)) {
    throw invalid("does not lead from the entry to the checkpoint", path);
  }
  const cosigners = witnesses === undefined ? [] : cosignersOf(checkpoint.note, witnesses, path);
  if (witnesses !== undefined && cosigners.length < witnesses.threshold) {
    throw invalid(`is cosigned by ${cosigners.length} of the ${witnesses.threshold} witnesses needed`, path);
  }
  return { index: proof.index, entry: proved, checkpoint, cosigners };
}
