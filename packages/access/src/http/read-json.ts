import type * as z from "zod";
import { type Fault, Refusal } from "./refusal.ts";

/** Room for a million trace ids is not needed here: grants of so many come from elsewhere. */
const BODY_BYTES_MAX = 1 << 20;

const FAULTS_MAX = 10;

/**
 * The body of a request, as its schema lets it through. No more is kept than the bound, whatever the request says of its length.
 *
 * @throws {Refusal} `content_type`, `too_large`, `malformed`, `invalid`
 */
export async function readJson<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  // A page in a browser can't send this type elsewhere unasked.
  if (type !== "application/json" || request.headers.has("content-encoding"))
    throw new Refusal("content_type");
  return checked(schema, jsonOf(await bytesOf(request)));
}

/** @throws {Refusal} `invalid`, with what belongs where; nothing of the value */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal("invalid", result.error.issues.slice(0, FAULTS_MAX).map(faultOf));
}

async function bytesOf(request: Request): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw new Refusal("too_large");
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of request.body ?? []) {
      length += part.length;
      if (length > BODY_BYTES_MAX) throw new Refusal("too_large");
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal("malformed");
  }
  return Buffer.concat(parts);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal("malformed");
  }
}

/** Keys that stand in a path are the schema's own or numbers; any other is somebody's text. */
function faultOf(issue: z.core.$ZodIssue): Fault {
  const path = issue.path.map((part) =>
    /^[a-z][a-z_]{0,63}$|^\d{1,6}$/.test(String(part)) ? String(part) : "*",
  );
  return { path: path.join("."), message: messageOf(issue) };
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return "a key that is not known here";
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "invalid_union":
      return "none of the forms that it may have";
    case "invalid_value":
      return `one of: ${issue.values.map(String).join(", ")}`;
    default:
      return issue.message;
  }
}
