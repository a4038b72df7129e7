import { invalid } from "./invalid.ts";
import { PROOF_HASHES_MAX } from "./merkle-proof.ts";
import { parseDecimal, parseHashes, parseUtf8 } from "./note-text.ts";
import { NOTE_BYTES_MAX } from "./signed-note.ts";

/** What a witness is asked: to cosign a checkpoint that continues the one of `oldSize`. c2sp.org/tlog-witness */
export interface WitnessRequest {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  /** The checkpoint with the log's signature. */
  readonly checkpoint: string;
}

const LINE_BYTES = 48;

export const WITNESS_REQUEST_BYTES_MAX: number = NOTE_BYTES_MAX + (PROOF_HASHES_MAX + 2) * LINE_BYTES;

/** The body of `add-checkpoint`. */
export function formatWitnessRequest({ oldSize, proof, checkpoint }: WitnessRequest): string {
  return [`old ${oldSize}`, ...proof.map((hash) => hash.toString("base64")), "", checkpoint].join("\n");
}

/** @throws {OperatingError} `AUDIT_INVALID` where the bytes are no such body */
export function parseWitnessRequest(bytes: Uint8Array): WitnessRequest {
  const text = bytes.length > WITNESS_REQUEST_BYTES_MAX ? undefined : parseUtf8(bytes);
  const end = text?.indexOf("\n\n") ?? -1;
  const [oldLine = "", ...lines] = end < 0 ? [] : text!.slice(0, end).split("\n");
  const oldSize = oldLine.startsWith("old ") ? parseDecimal(oldLine.slice("old ".length)) : undefined;
  const proof = lines.length > PROOF_HASHES_MAX ? undefined : parseHashes(lines);
  if (oldSize === undefined || proof === undefined) throw invalid("is no request to a witness");
  return { oldSize, proof, checkpoint: text!.slice(end + 2) };
}
