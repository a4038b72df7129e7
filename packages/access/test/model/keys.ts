import { generateNoteKeys } from "@scrim/audit";
import { generateKeys, type KeyPurpose, readPrivateKey, readPublicKey } from "@scrim/grants";

/** A pair, as what signs or opens and what verifies or seals. */
function pairOf(purpose: KeyPurpose) {
  const texts = generateKeys(purpose);
  return {
    text: texts.publicKey,
    own: readPrivateKey(purpose, texts.privateKey, "own"),
    known: readPublicKey(purpose, texts.publicKey, "known"),
  };
}

export const LOG_KEYS = generateNoteKeys("log", "shop.example/audit");
export const SIGNING = pairOf("signing");

/** Of services: the second is for rotation. */
export const SERVICE_KEYS = [pairOf("service"), pairOf("service")] as const;
export const PSEUDONYMS = { version: 1, secret: Buffer.alloc(32, 7) };
