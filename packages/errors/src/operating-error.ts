import type { ErrorCode } from "./codes.ts";

export interface OperatingErrorDetails {
  /** Where: the key's path in a document (`processors.policy.file`), or `byte 17`. */
  readonly path?: string;
  /** The next thing to do, as a sentence or a corrected command. Not what is told where Node's permission model is the cause. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * What the world can do to us: bad input, bad configuration, a missing file. A broken assumption of our own
 * is an assertion instead. The message never quotes the data that was being read: keys, types, lengths and
 * offsets only.
 *
 * @example
 * ```ts
 * import { OperatingError } from "@scrim/errors";
 * const error = new OperatingError("CONFIG_INVALID", "expected a duration", {
 *   path: "exporters.otlp_http.timeout",
 *   hint: 'write it like "30s"',
 * });
 * console.log(error.code, error.path); // CONFIG_INVALID exporters.otlp_http.timeout
 * ```
 */
export class OperatingError extends Error {
  override readonly name = "OperatingError";
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: OperatingErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.hint = hintOfDenial(details.cause) ?? details.hint;
  }

  /** One line for people: `processors.policy.file: no such file [CONFIG_UNREADABLE]`. The hint stands apart. */
  get line(): string {
    return `${this.path === undefined ? "" : `${this.path}: `}${this.message} [${this.code}]`;
  }
}

/** What Node's permission model keeps from a process, by what allows it: https://nodejs.org/api/permissions.html */
const ALLOWED_BY: Readonly<Record<string, string>> = {
  FileSystemRead: "--allow-fs-read=FOLDER",
  FileSystemWrite: "--allow-fs-write=FOLDER",
};

function hintOfDenial(cause: unknown): string | undefined {
  const { code, permission } = (cause ?? {}) as { readonly code?: unknown; readonly permission?: unknown };
  if (code !== "ERR_ACCESS_DENIED") return undefined;
  const flag = ALLOWED_BY[String(permission)] ?? "its --allow flags";
  return `Node's permission model forbids it, whatever the file's own are: allow it with ${flag}`;
}
