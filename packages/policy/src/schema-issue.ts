import { didYouMean } from "@scrim/errors";
import type * as z from "zod";
import type { KeyPath } from "./key-path.ts";
import { meaningOf } from "./schema-node.ts";

/** One thing wrong with a document. The message never quotes a value. */
export interface SchemaIssue {
  readonly path: KeyPath;
  readonly message: string;
  readonly hint: string | undefined;
}

/**
 * The issue to tell first: an unrecognized key before the missing one it was meant to be, then in the order
 * of the schema.
 */
export function firstIssue(error: z.core.$ZodError): SchemaIssue {
  const issues = error.issues.map((issue) => innermost(issue));
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const [message = "", hint] = issue.message.split("\n");
  return { path: [...issue.path, ...keys], message, hint: hint ?? meaningOf(issue.path) ?? EMPTY_HINT };
}

const EMPTY_HINT = "a policy begins with: version: 1";

/**
 * Where several forms are allowed, the complaint of the form that was meant: one that fails inside the value
 * rather than at its type, else the one that can list what it takes.
 */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const complaints = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const meant =
    complaints.find(({ path, code }) => path.length > 0 || code === "custom") ??
    complaints.find(({ code }) => code === "invalid_value") ??
    complaints[0]!;
  const isMappingAllowed = complaints.some(
    (other) => other.code === "invalid_type" && other.expected === "object",
  );
  const addition = meant.code === "invalid_value" && isMappingAllowed ? " A mapping is possible too." : "";
  return innermost({ ...meant, path: [...issue.path, ...meant.path], message: meant.message + addition });
}

/** zod's error map: the message, and after a line feed the hint. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "unrecognized_keys":
      return describeUnrecognizedKey(issue.keys[0]!, keysOf(issue.inst));
    case "invalid_type":
      return issue.input === undefined ? "required key is missing" : wrongType(issue.expected, issue.input);
    case "invalid_value":
      return describeWrongValue(issue.input, issue.values.map(String));
    case "too_small":
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_key":
      return "this key is not allowed here";
    default:
      return undefined;
  }
}

function describeUnrecognizedKey(key: string, known: readonly string[]): string {
  return `unrecognized key ${quoteKey(key)}\n${suggest(key, "Keys", known)}`;
}

function describeWrongValue(input: unknown, known: readonly string[]): string {
  if (input === undefined) return `required key is missing\nValues here are: ${known.join(", ")}.`;
  return `not one of the values allowed here\n${suggest(typeof input === "string" ? input : "", "Values", known)}`;
}

function suggest(written: string, what: "Keys" | "Values", known: readonly string[]): string {
  const meant = didYouMean(written, known);
  return `${meant === undefined ? "" : `did you mean "${meant}"? `}${what} here are: ${known.join(", ")}.`;
}

const KEY_CHARACTERS_MAX = 64;

/** A key that nobody knows may hold anything: on one line, and not all of it. */
function quoteKey(key: string): string {
  return JSON.stringify(key.length > KEY_CHARACTERS_MAX ? `${key.slice(0, KEY_CHARACTERS_MAX)}…` : key);
}

function keysOf(schema: unknown): readonly string[] {
  return Object.keys((schema as z.core.$ZodObject)._zod.def.shape);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  null: "nothing",
  number: "a number",
  object: "a mapping",
  record: "a mapping",
  string: "a string",
};

function wrongType(expected: string, input: unknown): string {
  const got = input === null ? "null" : Array.isArray(input) ? "array" : typeof input;
  return `expected ${TYPE_NAMES[expected] ?? expected}, got ${TYPE_NAMES[got] ?? got}`;
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " in the list" : "";
}
