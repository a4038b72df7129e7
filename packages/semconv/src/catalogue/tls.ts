import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

/** Certificates name their holders: people as clients, machines as servers. */
export const TLS: readonly Judgement<AttributeName>[] = [
  {
    class: "direct_identifier",
    reason: "names who presented the certificate: with user certificates, a person",
    names: ["tls.client.certificate", "tls.client.certificate_chain", "tls.client.subject"],
  },
  {
    class: "quasi_identifier",
    reason: "the same at every visit of the same client",
    names: [
      "tls.client.hash.md5",
      "tls.client.hash.sha1",
      "tls.client.hash.sha256",
      "tls.client.ja3",
      "tls.client.not_after",
      "tls.client.not_before",
      "tls.client.supported_ciphers",
    ],
  },
  {
    class: "endpoint",
    reason: "the server's name as the client asked for it",
    names: ["tls.client.server_name"],
  },
  {
    class: "infrastructure",
    reason: "describes a server or an issuing authority",
    names: [
      "tls.client.issuer",
      "tls.server.certificate",
      "tls.server.certificate_chain",
      "tls.server.hash.md5",
      "tls.server.hash.sha1",
      "tls.server.hash.sha256",
      "tls.server.issuer",
      "tls.server.ja3s",
      "tls.server.not_after",
      "tls.server.not_before",
      "tls.server.subject",
    ],
  },
  {
    class: "harmless",
    reason: "what was negotiated",
    names: [
      "tls.cipher",
      "tls.curve",
      "tls.established",
      "tls.next_protocol",
      "tls.protocol.name",
      "tls.protocol.version",
      "tls.resumed",
    ],
  },
];
