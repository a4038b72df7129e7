import { AuditLog, type AuditLogOptions } from "../src/audit-log.ts";
import type { AuditEvent } from "../src/entry.ts";
import { generateNoteKeys, readSigner, readVerifier } from "../src/note-key.ts";

const KEYS = generateNoteKeys("log", "shop.example/audit");
export const SIGNER = readSigner("log", KEYS.privateKey, "log.key");
export const VERIFIER = readVerifier("log", KEYS.publicKey, "log.pub");

export const openLog = (directory: string, options: Partial<AuditLogOptions> = {}) =>
  AuditLog.open({ directory, signer: SIGNER, create: true, ...options });

/** Something to log, told from others by its number. */
export const eventOf = (number: number): AuditEvent => ({
  kind: "decision",
  action: "approve",
  ids: { request: `r-${number}` },
});
