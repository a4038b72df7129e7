import { randomBytes } from "node:crypto";
import type { PseudonymKey } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { GRANTS_SECRET_BYTES } from "../bundles/grant-keys.ts";

/** What the control plane must not lose, and nobody else may have. */
export interface AccessSecrets {
  /** The keys of all grants are made of it. */
  readonly grants: Buffer;
  readonly pseudonyms: PseudonymKey;
}

const LINE = /^(grants|pseudonyms) ([1-9]\d{0,4}) ([A-Za-z0-9_-]{43})$/;

/**
 * New secrets, as the text of a file: a line `NAME VERSION SECRET` for each.
 */
export function generateSecrets(): string {
  const secret = () => randomBytes(GRANTS_SECRET_BYTES).toString("base64url");
  return `grants 1 ${secret()}\npseudonyms 1 ${secret()}\n`;
}

/** @throws {OperatingError} `KEY_INVALID` where it is no file of secrets */
export function parseSecrets(text: string, path: string): AccessSecrets {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const found = new Map<string, { readonly version: number; readonly secret: Buffer }>();
  for (const line of lines) {
    const [, name, version, secret] = LINE.exec(line) ?? [];
    const bytes = Buffer.from(secret ?? "", "base64url");
    if (name === undefined || found.has(name) || bytes.length !== GRANTS_SECRET_BYTES) throw invalid(path);
    found.set(name, { version: Number(version), secret: bytes });
  }
  const [grants, pseudonyms] = [found.get("grants"), found.get("pseudonyms")];
  if (grants === undefined || pseudonyms === undefined) throw invalid(path);
  return { grants: grants.secret, pseudonyms };
}

function invalid(path: string): OperatingError {
  return new OperatingError("KEY_INVALID", "it has no line for each secret", {
    path,
    hint: "bring it back from where it is kept; scrim access init makes a new one, and ends all grants",
  });
}
