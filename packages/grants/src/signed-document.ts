import { sign, verify } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import type * as z from "zod";
import type { Key } from "./keys.ts";

/*
 * A document that is signed, as bytes:
 *
 *   <name of the kind>/<version> <id of the signing key> <signature in base64url> LF <document in JSON>
 *
 * The signature covers the document's bytes behind a prefix of the kind's own, and is checked before they are parsed. One key may sign several
 * kinds: none can be passed off as another.
 */

const HEADER = /^([a-z]+(?:-[a-z]+)*\/[1-9]) ([0-9a-f]{16}) ([A-Za-z0-9_-]{86})$/;
const HEADER_BYTES_MAX = 128;

/** Bytes of a signed document, of any kind: room for a million trace ids. */
export const DOCUMENT_BYTES_MAX: number = 64 << 20;

/** What tells a kind of signed documents from others. */
export interface DocumentKind {
  /** Begins its bytes: `scrim-bundle/1`. */
  readonly header: string;
  /** Stands before the bytes that are signed. No kind's is the beginning of another's. */
  readonly domain: Buffer;
  /** For messages: `bundle of grants`. */
  readonly what: string;
  /** Bytes of one; {@link DOCUMENT_BYTES_MAX} unless told. */
  readonly bytesMax?: number;
  /** What to do where its signer is not trusted. */
  readonly untrustedHint?: string;
}

/** Times are seconds since 1970 on the signer's clock. */
export interface SignedDocument {
  /** Rises with each document for the same audience. */
  readonly version: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Signs a document. */
export function signDocument(kind: DocumentKind, document: unknown, signing: Key): Buffer {
  const payload = Buffer.from(JSON.stringify(document));
  const signature = sign(null, Buffer.concat([kind.domain, payload]), signing.key);
  const header = `${kind.header} ${signing.id} ${signature.toString("base64url")}\n`;
  return Buffer.concat([Buffer.from(header), payload]);
}

/**
 * Checks the signature over the bytes as they are, by one of the `trusted` keys, then parses them.
 *
 * @throws {OperatingError} `BUNDLE_REFUSED` where anything is wrong; the message says what, and never quotes
 */
export function openDocument<Schema extends z.ZodType>(
  kind: DocumentKind,
  bytes: Buffer,
  trusted: readonly Key[],
  schema: Schema,
): z.output<Schema> {
  return parsePayload(kind, verifiedPayload(kind, bytes, trusted), schema);
}

/** The id of the key that a document says it is signed with; undefined where it begins like none. Nothing is checked. */
export function claimedSigner(bytes: Buffer): string | undefined {
  return headerOf(bytes)?.signer;
}

interface Header {
  readonly kind: string;
  readonly signer: string;
  readonly signature: string;
  /** Bytes of it, with the line's end. */
  readonly length: number;
}

function headerOf(bytes: Buffer): Header | undefined {
  const end = bytes.subarray(0, HEADER_BYTES_MAX).indexOf("\n");
  const parts = end < 0 ? null : HEADER.exec(bytes.toString("latin1", 0, end));
  if (parts === null) return undefined;
  return { kind: parts[1]!, signer: parts[2]!, signature: parts[3]!, length: end + 1 };
}

function verifiedPayload(kind: DocumentKind, bytes: Buffer, trusted: readonly Key[]): Buffer {
  const { bytesMax = DOCUMENT_BYTES_MAX } = kind;
  if (bytes.length > bytesMax) throw documentRefused(kind, "it is too large", `at most ${bytesMax} bytes`);
  const header = headerOf(bytes);
  if (header?.kind !== kind.header)
    throw documentRefused(kind, "it does not begin like one", "is this the address of a bundle?");
  const { signer: id, signature, length } = header;
  const signer = trusted.find((key) => key.id === id);
  if (signer === undefined) {
    throw documentRefused(
      kind,
      "its signing key is not trusted",
      kind.untrustedHint ?? "enrol the signer's public key with this service",
    );
  }
  const payload = bytes.subarray(length);
  const signed = Buffer.concat([kind.domain, payload]);
  const signatureBytes = Buffer.from(signature, "base64url");
  const isCanonical = signatureBytes.toString("base64url") === signature; // one text for one signature
  if (!isCanonical || !verify(null, signed, signer.key, signatureBytes)) {
    throw documentRefused(
      kind,
      "its signature is wrong",
      "it was changed on its way, or signed with another key",
    );
  }
  return payload;
}

function parsePayload<Schema extends z.ZodType>(
  kind: DocumentKind,
  payload: Buffer,
  schema: Schema,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString());
  } catch {
    throw documentRefused(kind, "it is no JSON", UNFIT);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const path = result.error.issues[0]!.path.join(".");
  throw documentRefused(kind, `${path} is not as it should be`, UNFIT);
}

const UNFIT = "the signer and this version of Scrim don't fit";

/** An error that says why a document of this kind is refused. */
export function documentRefused({ what }: DocumentKind, reason: string, hint: string): OperatingError {
  return new OperatingError("BUNDLE_REFUSED", `the ${what} is refused: ${reason}`, { hint });
}
