import { createPublicKey, type KeyObject } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { type CompileOptions, KEY_BYTES_MIN } from "./compile.ts";
import { DEFAULTS } from "./defaults.ts";
import { documentError, type PolicyDocument } from "./document.ts";
import { formatKeyPath } from "./key-path.ts";
import type { PolicyWarning } from "./lint.ts";
import { DOCUMENT_BYTES_MAX, parsePolicy } from "./parse.ts";
import type { PseudonymKey, SealKey } from "./plan.ts";

type ReadFile = NonNullable<LoadOptions["readFile"]>;

const KEY_BYTES_MAX = 1024;
/** Base64 of the longest key, broken into lines. */
const KEY_TEXT_BYTES_MAX = 2048;

/** What `compilePolicy(loaded.documents, loaded)` takes. */
export interface LoadedPolicy extends CompileOptions {
  readonly documents: readonly PolicyDocument[];
  readonly pseudonymKey: PseudonymKey | undefined;
  readonly sealKey: SealKey | undefined;
  /** What is odd about the files themselves; {@link lintPolicy} looks at what is in them. */
  readonly warnings: readonly PolicyWarning[];
}

/** What a file held when it was read. */
interface PolicyFile {
  readonly bytes: Buffer;
  /** Its permissions, as `stat` says them. */
  readonly mode: number;
}

export interface LoadOptions {
  /** Where `env` of a key is looked up; the environment of the process unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the path of a key file starts; the folder of the first document unless given. */
  readonly baseDir?: string;
  /** Reads documents and keys, for who keeps or watches them: at most `bytesMax` bytes, else a `RangeError`. */
  readonly readFile?: (file: string, bytesMax: number) => PolicyFile;
}

/**
 * Reads policy files, base first, and the keys that the first one names. Synchronous, since it is done once
 * and at the start.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `POLICY_INVALID`, or `POLICY_KEY_MISSING` when the key can't
 * be read, is not base64 or has fewer than 32 bytes.
 */
export function loadPolicy(files: readonly string[], options: LoadOptions = {}): LoadedPolicy {
  const { readFile = readFromDisk } = options;
  return withPolicyKey(
    files.map((file) => parsePolicy(readPolicyFile(file, readFile), file)),
    options,
  );
}

/**
 * Documents that stand elsewhere than in files of their own, with the key that the first one names.
 *
 * @throws {OperatingError} `POLICY_KEY_MISSING` when the key can't be read, is not base64 or has fewer than 32 bytes.
 */
export function withPolicyKey(
  documents: readonly PolicyDocument[],
  { env = process.env, baseDir, readFile = readFromDisk }: LoadOptions = {},
): LoadedPolicy {
  const warnings: PolicyWarning[] = [];
  const [base] = documents;
  const folder = base && (baseDir ?? dirname(base.source));
  const pseudonymKey = base && readPseudonymKey(base, { env, baseDir: folder!, readFile, warnings });
  const sealKey = base && readSealKey(base, folder!, readFile);
  return { documents, pseudonymKey, sealKey, warnings };
}

function readSealKey(document: PolicyDocument, baseDir: string, readFile: ReadFile): SealKey | undefined {
  const source = document.settings.keys?.seal;
  if (source === undefined) return undefined;
  const recipient = readRecipient(document, resolve(baseDir, source.file), readFile);
  return { recipient, tenant: source.tenant ?? DEFAULTS.tenant };
}

function readRecipient(document: PolicyDocument, file: string, readFile: ReadFile): KeyObject {
  const path = ["keys", "seal", "file"];
  const hint = "make a pair with `scrim reveal keygen`, and give this its .pub file";
  let pem: string;
  try {
    pem = readFile(file, KEY_TEXT_BYTES_MAX).bytes.toString("latin1");
  } catch (cause) {
    const message = `can't read ${file}: ${reasonOf(cause)}`;
    throw documentError("POLICY_KEY_MISSING", document, path, { message, hint, cause });
  }
  // Node makes a public key of a private one; here that would be a secret in the wrong place.
  const key = pem.includes("PRIVATE KEY") ? undefined : publicKeyOf(pem);
  if (key?.asymmetricKeyType === "x25519") return key;
  const message = `${file} is no public x25519 key in PEM`;
  throw documentError("POLICY_KEY_MISSING", document, path, { message, hint });
}

/** Without the library's message, which may quote the text. */
function publicKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

function readPolicyFile(file: string, readFile: ReadFile): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFile(file, DOCUMENT_BYTES_MAX).bytes);
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't read the policy: ${reasonOf(cause)}`, {
      path: file,
      cause,
    });
  }
}

/** Where keys are looked for, and what is odd about them is noted. */
interface KeyPlace {
  readonly env: NonNullable<LoadOptions["env"]>;
  readonly baseDir: string;
  readonly readFile: ReadFile;
  readonly warnings: PolicyWarning[];
}

function readPseudonymKey(document: PolicyDocument, place: KeyPlace): PseudonymKey | undefined {
  const source = document.settings.keys?.pseudonym;
  if (source === undefined) return undefined;
  const text =
    source.file === undefined
      ? readKeyVariable(document, source.env!, place.env)
      : readKeyFile(document, source.file, place);
  const secret = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : Buffer.alloc(0);
  if (secret.length < KEY_BYTES_MIN || secret.length > KEY_BYTES_MAX) {
    throw documentError("POLICY_KEY_MISSING", document, ["keys", "pseudonym"], {
      message: `the key is not ${KEY_BYTES_MIN} to ${KEY_BYTES_MAX} bytes in base64`,
      hint: "make one with: openssl rand -base64 32",
    });
  }
  return { version: source.version, secret };
}

function readKeyVariable(
  document: PolicyDocument,
  name: string,
  env: NonNullable<LoadOptions["env"]>,
): string {
  const text = env[name];
  if (text !== undefined && text !== "") return text.replace(/\s/g, "");
  throw documentError("POLICY_KEY_MISSING", document, ["keys", "pseudonym", "env"], {
    message: `environment variable ${name} is not set`,
    hint: `set it to the output of: openssl rand -base64 32`,
  });
}

function readKeyFile(
  document: PolicyDocument,
  file: string,
  { baseDir, readFile, warnings }: KeyPlace,
): string {
  const path = ["keys", "pseudonym", "file"];
  const found = resolve(baseDir, file);
  try {
    const { bytes, mode } = readFile(found, KEY_TEXT_BYTES_MAX);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      warnings.push({
        source: document.source,
        path: formatKeyPath(path),
        line: document.lineOf(path),
        message: "others than the owner may read the key file",
        hint: `chmod 600 ${found}`,
      });
    }
    return bytes.toString("latin1").replace(/\s/g, "");
  } catch (cause) {
    throw documentError("POLICY_KEY_MISSING", document, path, {
      message: `can't read ${found}: ${reasonOf(cause)}`,
      hint: `make one with: openssl rand -base64 32 > ${found}`,
      cause,
    });
  }
}

/** Reads at most `bytesMax`, whatever the file claims to be: a pipe is welcome, `/dev/zero` comes to an end. */
function readFromDisk(file: string, bytesMax: number): PolicyFile {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(bytesMax + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > bytesMax) throw new RangeError(`larger than ${bytesMax} bytes`);
    return { bytes: buffer.subarray(0, length), mode: fstatSync(descriptor).mode };
  } finally {
    closeSync(descriptor);
  }
}

/** Of a system error only the code, which says enough; the others are ours. */
function reasonOf(cause: unknown): string {
  if (cause instanceof RangeError) return cause.message;
  if (cause instanceof TypeError) return "not UTF-8";
  const code = (cause as { readonly code?: string }).code;
  return code === "ENOENT" ? "no such file" : (code ?? "unknown error");
}
