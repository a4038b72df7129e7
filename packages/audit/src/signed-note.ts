import { sign, verify } from "node:crypto";
import { invalid } from "./invalid.ts";
import { isKeyName, type NoteSigner, type NoteVerifier } from "./note-key.ts";
import { parseBase64, parseUtf8 } from "./note-text.ts";

/** A text with signatures under it, as it was read: nothing of it is believed yet. c2sp.org/signed-note */
export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  /** What the key made: of witnesses a time and a signature. */
  readonly bytes: Buffer;
}

/** Verifiers must take 16 signatures at least; those of post-quantum keys have 5 kB each. */
export const NOTE_BYTES_MAX: number = 128 * 1024;
const SIGNATURES_MAX = 64;

/** Of the ASCII control characters only the newline may be there. */
const CONTROL = /[\x00-\x09\x0b-\x1f]/;

const LINE_START = "— ";
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const ED25519_BYTES = 64;

/** @throws {OperatingError} `AUDIT_INVALID` where the bytes are no signed note; `path` says where they are from */
export function parseNote(bytes: Uint8Array, path?: string): SignedNote {
  const note = bytes.length > NOTE_BYTES_MAX ? undefined : parseUtf8(bytes);
  // The text is separated from the signatures by the last empty line.
  const split = note?.lastIndexOf("\n\n") ?? -1;
  if (note === undefined || split < 0 || !note.endsWith("\n") || CONTROL.test(note)) {
    throw invalid("is no signed note", path);
  }
  const signatures = parseSignatures(note.slice(split + 2));
  if (signatures === undefined) throw invalid("has a signature line that is none", path);
  return { text: note.slice(0, split + 1), signatures };
}

/** Signature lines, each with its newline: at least one. */
export function parseSignatures(text: string): NoteSignature[] | undefined {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length === 0 || lines.length > SIGNATURES_MAX) return undefined;
  const signatures = lines.map(parseSignature);
  return signatures.every((signature) => signature !== undefined) ? signatures : undefined;
}

function parseSignature(line: string): NoteSignature | undefined {
  if (!line.startsWith(LINE_START)) return undefined;
  const [name = "", base64 = "", ...more] = line.slice(LINE_START.length).split(" ");
  const bytes = parseBase64(base64);
  if (!isKeyName(name) || more.length > 0 || bytes === undefined || bytes.length <= KEY_ID_BYTES)
    return undefined;
  return { name, keyId: bytes.toString("hex", 0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES) };
}

export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  return `${text}\n${signatures.map(formatSignature).join("")}`;
}

export function formatSignature({ name, keyId, bytes }: NoteSignature): string {
  return `${LINE_START}${name} ${Buffer.concat([Buffer.from(keyId, "hex"), bytes]).toString("base64")}\n`;
}

/** Signs as a log. */
export function signAsLog(signer: NoteSigner, text: string): NoteSignature {
  return {
    name: signer.name,
    keyId: signer.keyId,
    bytes: sign(null, Buffer.from(text), signer.privateKey),
  };
}

/** Signs as a witness: what it says is that it has seen this text follow all before, at a time (c2sp.org/tlog-cosignature). */
export function signAsWitness(signer: NoteSigner, text: string, atS: number): NoteSignature {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(atS));
  const signature = sign(null, Buffer.from(cosigned(text, BigInt(atS))), signer.privateKey);
  return { name: signer.name, keyId: signer.keyId, bytes: Buffer.concat([time, signature]) };
}

function cosigned(text: string, atS: bigint): string {
  return `cosignature/v1\ntime ${atS}\n${text}`;
}

/**
 * Whether a note has a signature of this key.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where there is one that is wrong
 */
export function isSignedBy(note: SignedNote, key: NoteVerifier, path?: string): boolean {
  const own = note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
  for (const { bytes } of own) {
    if (!isGenuine(note.text, bytes, key)) {
      throw invalid(`has a wrong signature of the ${key.kind}'s key ${key.keyId}`, path);
    }
  }
  return own.length > 0;
}

function isGenuine(text: string, bytes: Buffer, key: NoteVerifier): boolean {
  if (key.kind === "log") {
    return bytes.length === ED25519_BYTES && verify(null, Buffer.from(text), key.publicKey, bytes);
  }
  if (bytes.length !== TIME_BYTES + ED25519_BYTES) return false;
  const atS = bytes.readBigUInt64BE(0);
  if (atS >= 2n ** 63n) return false;
  return verify(null, Buffer.from(cosigned(text, atS)), key.publicKey, bytes.subarray(TIME_BYTES));
}
