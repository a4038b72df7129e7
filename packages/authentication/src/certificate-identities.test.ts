import { expect, test } from "vitest";
import { type CertificateName, certificateOf } from "../testing/certificates.ts";
import { certificateIdentities } from "./certificate-identities.ts";

const IDENTITIES: readonly [name: string, certificate: CertificateName, identities: readonly string[]][] = [
  [
    "its URI, and no DNS name next to it",
    "spiffe",
    ["certificate:uri:spiffe://acme.example/ns/pay/sa/checkout"],
  ],
  [
    "all its URIs",
    "twoUris",
    ["certificate:uri:spiffe://acme.example/a", "certificate:uri:spiffe://acme.example/b"],
  ],
  [
    "its DNS names in small letters",
    "dns",
    ["certificate:dns:build-7.acme.example", "certificate:dns:build.acme.example"],
  ],
  ["its common name where it has no other", "cn", ["certificate:cn:deploy bot"]],
  ["nothing for an e-mail address next to a common name", "email", []],
  ["nothing for two common names", "twoCn", []],
  ["nothing for a common name that is part of a set", "joinedCn", []],
  ["nothing for a common name behind an escaped line end", "newlineCn", []],
  ["nothing for a common name with a slash", "slashCn", []],
  ["nothing for one URI that looks like two", "quoted", []],
  ["nothing for a URI with a space, though there is a DNS name", "spacedUri", []],
];

test.each(IDENTITIES)("a certificate shows %s", (_, certificate, identities) => {
  expect(certificateIdentities(certificateOf(certificate))).toEqual(identities);
});
