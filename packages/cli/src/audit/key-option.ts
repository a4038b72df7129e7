import { readFileSync } from "node:fs";
import {
  type NoteKeyKind,
  type NoteSigner,
  type NoteVerifier,
  readSigner,
  readVerifier,
  type WitnessPolicy,
} from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { type CommandInput, optionList, optionText } from "../command.ts";
import { codeOf, readPrivateFile } from "../grants/private-file.ts";

const KEY_BYTES_MAX = 65_536;

export function logKeyOf(input: CommandInput): NoteVerifier {
  return readPublicKeyFile("log", optionText(input, "key") ?? "");
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID` */
export function readPublicKeyFile(kind: NoteKeyKind, path: string): NoteVerifier {
  return readVerifier(kind, readFile(path).toString(), path);
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, also where others may read it; `KEY_INVALID` */
export function readPrivateKeyFile(kind: NoteKeyKind, path: string): NoteSigner {
  const text = readPrivateFile(path, KEY_BYTES_MAX);
  if (text !== undefined) return readSigner(kind, text, path);
  throw new OperatingError("CONFIG_UNREADABLE", "no such file", {
    path,
    hint: `make one: scrim audit keygen ${kind} --name NAME`,
  });
}

/** @throws {OperatingError} `INPUT_INVALID` where more are needed than named */
export function witnessPolicyOf(input: CommandInput): WitnessPolicy | undefined {
  const witnesses = optionList(input, "witness").map((path) => readPublicKeyFile("witness", path));
  const wanted = optionText(input, "witnesses");
  if (witnesses.length === 0 && wanted === undefined) return undefined;
  const threshold = wanted === undefined ? witnesses.length : Number(wanted);
  if (Number.isInteger(threshold) && 1 <= threshold && threshold <= witnesses.length) {
    return { witnesses, threshold };
  }
  throw new OperatingError("INPUT_INVALID", `expected a number from 1 to ${witnesses.length}`, {
    path: "--witnesses",
    hint: "name each witness: --witness FILE.pub --witness OTHER.pub --witnesses 1",
  });
}

/** The bytes of a small file. */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't be read (${codeOf(cause)})`, { path, cause });
  }
}
