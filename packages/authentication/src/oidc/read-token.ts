import { repeatsMembers } from "./repeats-members.ts";

/** A signed token in its compact form (RFC 7515 section 7.1): three parts. One that is encrypted has five. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/;

/** Tokens for other purposes have types of their own (RFC 8725 section 3.11), such as `logout+jwt`. */
const TYPES: readonly unknown[] = [undefined, "jwt", "at+jwt", "application/jwt", "application/at+jwt"];

/**
 * The issuer that a token names, before anything of it is believed; undefined where it is no token that could be taken, whoever signed it.
 */
export function issuerNamedBy(token: string): string | undefined {
  const [, head, body] = COMPACT.exec(token) ?? [];
  const header = readPart(head);
  const claims = readPart(body);
  if (header === undefined || claims === undefined) return undefined;
  const { typ } = header;
  if (!TYPES.includes(typeof typ === "string" ? typ.toLowerCase() : typ)) return undefined;
  // What must be understood isn't (RFC 7515 section 4.1.11). An event is for other receivers (RFC 8417).
  if (Object.hasOwn(header, "crit") || Object.hasOwn(claims, "events")) return undefined;
  return typeof claims.iss === "string" ? claims.iss : undefined;
}

function readPart(part: string | undefined): Record<string, unknown> | undefined {
  try {
    const bytes = Buffer.from(part ?? "", "base64url");
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value) || repeatsMembers(text))
      return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
