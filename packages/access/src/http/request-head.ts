import { Refusal } from "./refusal.ts";

/**
 * Whether a document is wanted as a stream of events, by `Accept`.
 *
 * @throws {Refusal} `not_acceptable`
 */
export function wantsEvents(accept: string | undefined): boolean {
  const types = (accept ?? "*/*").split(",").map((type) => type.split(";", 1)[0]!.trim().toLowerCase());
  if (types.includes("text/event-stream")) return true;
  if (["*/*", "application/*", "application/octet-stream"].some((type) => types.includes(type))) return false;
  throw new Refusal("not_acceptable");
}

/** Whether the client has this version already (`If-None-Match`, RFC 9110 section 13.1.2). */
export function hasVersion(ifNoneMatch: string | undefined, version: string): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(`"${version}"`) || tags.includes("*");
}
