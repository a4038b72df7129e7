export { AuditLog, type AuditLogOptions, type Receipt, receiptProof } from "./audit-log.ts";
export { canonicalJson, type JsonValue, parseCanonicalJson } from "./canonical-json.ts";
export {
  type Checkpoint,
  checkpointText,
  parseCheckpoint,
  readCheckpoint,
  type SignedCheckpoint,
  signCheckpoint,
} from "./checkpoint.ts";
export { type CommittedText, commitmentTo, isCommitted } from "./commitment.ts";
export { keepWitnessed, withCosignature, witnessRequest } from "./cosign.ts";
export {
  type AuditEntry,
  AuditEntrySchema,
  type AuditEvent,
  AuditEventSchema,
  ENTRY_KINDS,
  formatEntry,
  parseEntry,
} from "./entry.ts";
export { ENTRY_BYTES_MAX, formatBundle, parseBundle } from "./entry-bundle.ts";
export { type AppendedFile, diskFileSystem, type FileSystem } from "./file-system.ts";
export { directorySource, type LogSource } from "./log-source.ts";
export { EMPTY_ROOT, leafHash, nodeHash } from "./merkle-hash.ts";
export {
  consistencyProof,
  inclusionProof,
  isConsistent,
  isIncluded,
  rootOf,
  type SubtreeHash,
} from "./merkle-proof.ts";
export {
  formatVerifier,
  generateNoteKeys,
  type NoteKeyKind,
  type NoteKeyTexts,
  type NoteSigner,
  type NoteVerifier,
  readSigner,
  readVerifier,
} from "./note-key.ts";
export { type PseudonymKey, pseudonymOf } from "./pseudonym.ts";
export { proveConsistency, proveEntry, readBundles, readPublished } from "./read-log.ts";
export {
  formatNote,
  formatSignature,
  isSignedBy,
  NOTE_BYTES_MAX,
  type NoteSignature,
  parseNote,
  type SignedNote,
  signAsLog,
  signAsWitness,
} from "./signed-note.ts";
export { TextTable } from "./text-table.ts";
export { parseTile, parseTilePath, type Tile, tilePath } from "./tile.ts";
export {
  formatProof,
  PROOF_BYTES_MAX,
  type ProofOptions,
  type ProvedEntry,
  parseProof,
  type TlogProof,
  verifyProof,
} from "./tlog-proof.ts";
export { type VerifiedLog, type VerifyOptions, verifyLog } from "./verify-log.ts";
export { Witness, type WitnessAnswer, type WitnessOptions } from "./witness.ts";
export type { WitnessPolicy } from "./witness-policy.ts";
export {
  formatWitnessRequest,
  parseWitnessRequest,
  WITNESS_REQUEST_BYTES_MAX,
  type WitnessRequest,
} from "./witness-request.ts";
