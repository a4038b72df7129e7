import { type ErrorCode, OperatingError } from "@scrim/errors";
import { formatKeyPath, type KeyPath } from "./key-path.ts";
import type { PolicySettings } from "./schema.ts";

/** A checked policy and where it came from; what {@link compilePolicy} takes as a layer. */
export interface PolicyDocument {
  /** What errors and origins call it: the file's name as it was given, or the policy's own name. */
  readonly source: string;
  readonly settings: PolicySettings;
  /** Line (from 1) of a key, or of the nearest one above it that is written down. Undefined without a text. */
  lineOf(path: KeyPath): number | undefined;
}

/** The line of a key that is written in the document; undefined where its value is a default. */
export function lineIfWritten({ settings, lineOf }: PolicyDocument, path: KeyPath): number | undefined {
  let value: unknown = settings;
  for (const key of path) value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
  return value === undefined ? undefined : lineOf(path);
}

/** Where a key of the document stands, as editors take it: `policy.yaml:12`, or only the source. */
function locationOf(document: Pick<PolicyDocument, "source" | "lineOf">, path: KeyPath): string {
  const line = document.lineOf(path);
  return line === undefined ? document.source : `${document.source}:${line}`;
}

/** An error about one key of a document: its `path` is the key's, its message ends with file and line. */
export function documentError(
  code: ErrorCode,
  document: Pick<PolicyDocument, "source" | "lineOf">,
  path: KeyPath,
  problem: { readonly message: string; readonly hint?: string | undefined; readonly cause?: unknown },
): OperatingError {
  const location = locationOf(document, path);
  const isWhole = path.length === 0;
  return new OperatingError(code, isWhole ? problem.message : `${problem.message} (${location})`, {
    path: isWhole ? location : formatKeyPath(path),
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(problem.cause === undefined ? {} : { cause: problem.cause }),
  });
}
