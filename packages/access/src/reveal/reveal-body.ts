import { GrantIdSchema } from "@scrim/grants";
import * as z from "zod";
import { RevealProblem } from "./problem.ts";
import type { Asked } from "./reveal-value.ts";

/** Several times the longest token. */
const BODY_BYTES_MAX = 64 * 1024;

const Body = z.strictObject({ token: z.string(), grant: GrantIdSchema.optional() });

/**
 * Reads what is asked for. Any text may be a token here: which of them are is not told.
 *
 * @throws {RevealProblem} `content_type`, `too_large`, `malformed`
 */
export async function readRevealBody(request: Request): Promise<Asked> {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type !== "application/json" || request.headers.has("content-encoding"))
    throw new RevealProblem("content_type");
  const result = Body.safeParse(parseJson(await readBounded(request)));
  if (!result.success) throw new RevealProblem("malformed");
  return result.data;
}

/** No more is kept than the bound, whatever the request says of its length. */
async function readBounded(request: Request): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX)
    throw new RevealProblem("too_large");
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of request.body ?? []) {
      length += part.length;
      if (length > BODY_BYTES_MAX) throw new RevealProblem("too_large");
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof RevealProblem ? error : new RevealProblem("malformed"); // cut off
  }
  return Buffer.concat(parts);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RevealProblem("malformed");
  }
}
