import type { X509Certificate } from "node:crypto";
import { certificateIdentity } from "./identity.ts";

/** What may be a name at all: the rest would have to be escaped somewhere. */
const PLAIN_CN = /^[A-Za-z0-9 ._@-]{1,64}$/;
const PLAIN_NAME = /^[!-+\--~]+$/;

/** Names of one kind in one certificate. */
const NAMES_MAX = 32;

/**
 * The identities of a client's certificate, of the most exact kind that it has: its URIs (SPIFFE ids); where it has none its DNS names; where it
 * has no alternative names at all the common name of its subject. Weaker kinds next to a stronger one are not looked at: whoever may choose one of
 * them may not always choose the other.
 *
 * Empty where a name has anything but plain characters: two programs may read such a name differently.
 */
export function certificateIdentities(certificate: X509Certificate): readonly string[] {
  const { subjectAltName } = certificate;
  if (subjectAltName === undefined || subjectAltName === "") return commonName(certificate.subject);
  if (subjectAltName.includes('"')) return [];
  const entries = subjectAltName.split(", ");
  const uris = namesOf("URI:", entries);
  const names = uris.length > 0 ? uris : namesOf("DNS:", entries);
  if (names.length > NAMES_MAX || !names.every((name) => PLAIN_NAME.test(name))) return [];
  return uris.length > 0
    ? names.map((uri) => certificateIdentity("uri", uri))
    : names.map((name) => certificateIdentity("dns", name.toLowerCase()));
}

function namesOf(kind: "URI:" | "DNS:", entries: readonly string[]): readonly string[] {
  return entries.filter((entry) => entry.startsWith(kind)).map((entry) => entry.slice(kind.length));
}

/** Of a subject with just one. Node gives it as lines of `KEY=VALUE`, several of one set joined by " + ". */
function commonName(subject: string | undefined): readonly string[] {
  const names = (subject ?? "").split("\n").filter((line) => /(?:^| \+ )CN=/.test(line));
  const name = names.length === 1 && names[0]!.startsWith("CN=") ? names[0]!.slice("CN=".length) : "";
  return PLAIN_CN.test(name) ? [certificateIdentity("cn", name)] : [];
}
