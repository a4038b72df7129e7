import { type NoteVerifier, rawPublicKey } from "./note-key.ts";
import { isSignedBy, type SignedNote } from "./signed-note.ts";

/** Whose word is enough: that of at least `threshold` of these. */
export interface WitnessPolicy {
  readonly witnesses: readonly NoteVerifier[];
  readonly threshold: number;
}

/**
 * Which witnesses have cosigned a checkpoint. What a witness signs doesn't say its name: one key under two names is one witness.
 *
 * @throws {OperatingError} `AUDIT_INVALID` where a cosignature of one of them is wrong
 */
export function cosignersOf(
  note: SignedNote,
  { witnesses }: WitnessPolicy,
  path?: string,
): readonly string[] {
  const names = new Map<string, string>();
  for (const witness of witnesses) {
    if (isSignedBy(note, witness, path))
      names.set(rawPublicKey(witness.publicKey).toString("hex"), witness.name);
  }
  return [...names.values()];
}
