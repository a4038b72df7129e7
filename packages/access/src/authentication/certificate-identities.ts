import type { X509Certificate } from "node:crypto";
import { certificateIdentity } from "../directory/identity.ts";

/** What may be a name at all: the rest would have to be escaped somewhere. */
const PLAIN_CN = /^[A-Za-z0-9 ._@-]{1,64}$/;
const ENTRY = /^(URI|DNS):([!-+\--~]+)$/;

/** Names of one kind in one certificate. */
const NAMES_MAX = 32;

/**
 * The identities of a client's certificate, of the most exact kind that it has: its URIs (SPIFFE ids); where it has none its DNS names; where it
 * has no alternative names at all the common name of its subject. Weaker kinds next to a stronger one are not looked at: whoever may choose one of
 * them may not always choose the other.
 *
 * Empty where a name is written so that it needs quoting: two programs may read such a name differently.
 */
export function certificateIdentities(certificate: X509Certificate): readonly string[] {
  const { subjectAltName } = certificate;
  if (subjectAltName === undefined || subjectAltName === "") return commonName(certificate.subject);
  if (subjectAltName.includes('"')) return [];
  const names = subjectAltName.split(", ").map((entry) => ENTRY.exec(entry));
  const of = (kind: string) =>
    names.flatMap((match) => (match?.[1] === kind ? [match[2] ?? ""] : [])).slice(0, NAMES_MAX);
  const uris = of("URI");
  if (uris.length > 0) return uris.map((uri) => certificateIdentity("uri", uri));
  return of("DNS").map((name) => certificateIdentity("dns", name.toLowerCase()));
}

/** Of a subject with just one. Node gives it as lines of `KEY=VALUE`, several of one set joined by " + ". */
function commonName(subject: string | undefined): readonly string[] {
  const names = (subject ?? "").split("\n").filter((line) => /(?:^| \+ )CN=/.test(line));
  const name = names.length === 1 && names[0]!.startsWith("CN=") ? names[0]!.slice("CN=".length) : "";
  return PLAIN_CN.test(name) ? [certificateIdentity("cn", name)] : [];
}
