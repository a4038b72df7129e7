import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { OperatingError } from "@scrim/errors";
import type * as z from "zod";
import { type Columns, type Documents, KINDS, type Kind } from "./kinds.ts";

/** A document as it is written: JSON, which keeps any text in ASCII or well-formed characters, and what it is found by. */
export interface Row extends Columns {
  readonly kind: Kind;
  readonly id: string;
  readonly document: string;
}

/** A document as a database gives it back. */
export interface KeptRow {
  readonly id: unknown;
  readonly tenant: unknown;
  readonly document: unknown;
}

/**
 * Databases keep no NUL in text (PostgreSQL), or end there (`node:sqlite` of Node 22), and turn all lone surrogates into one character: two
 * names could become the same one. Documents may hold both, since JSON escapes them; what things are found by may not.
 */
export function isKeepable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/**
 * @throws {OperatingError} `INPUT_INVALID` where an id, tenant, state or person holds NUL or a lone surrogate, or a key has a name that its schema
 * would lose
 */
export function rowOf<K extends Kind>(kind: K, document: Documents[K]): Row {
  const text = JSON.stringify(document);
  const kept = read(kind, text);
  assert(kept.success, `a ${kind} that is none: ${kept.error?.issues[0]?.path.join(".")}`);
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(kept.data)), JSON.parse(text))) {
    throw new OperatingError("INPUT_INVALID", "a key in it has a name that can't be kept", { path: kind });
  }
  const columns = columnsOf(kind, kept.data);
  const { id } = kept.data;
  const { tenant, state, people = [] } = columns;
  for (const [name, value] of Object.entries({ id, tenant, state })) check(kind, name, value);
  for (const person of people) check(kind, "people", person);
  return { kind, id, ...columns, document: text };
}

/** @throws {OperatingError} `STORE_UNUSABLE` where it isn't what was written; nothing of it is quoted */
export function documentOf<K extends Kind>(kind: K, row: KeptRow): Documents[K] {
  const kept = read(kind, row.document);
  if (!kept.success) throw spoiled(kind, "does not fit its schema");
  const { tenant = null } = columnsOf(kind, kept.data);
  if (kept.data.id !== row.id || tenant !== row.tenant) throw spoiled(kind, "stands in the place of another");
  return kept.data;
}

function read<K extends Kind>(kind: K, text: unknown): z.ZodSafeParseResult<Documents[K]> {
  const schema: z.ZodType<unknown> = KINDS[kind].schema;
  return schema.safeParse(parseJson(text)) as z.ZodSafeParseResult<Documents[K]>;
}

function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function columnsOf<K extends Kind>(kind: K, document: Documents[K]): Columns {
  const columns: (document: never) => Columns = KINDS[kind].columns;
  return columns(document as never);
}

function check(kind: Kind, name: string, value: string | undefined): void {
  if (value === undefined || isKeepable(value)) return;
  throw new OperatingError("INPUT_INVALID", "holds a character that can't be kept", {
    path: `${kind}.${name}`,
  });
}

function spoiled(kind: Kind, what: string): OperatingError {
  return new OperatingError("STORE_UNUSABLE", `a document in the store ${what}`, {
    path: kind,
    hint: "somebody wrote to it who doesn't know it: restore a backup",
  });
}
