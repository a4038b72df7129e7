import { defineDetector } from "../../detector.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";

export const urlSignature = defineDetector({
  id: "url_signature",
  type: "generic_secret",
  class: "credential",
  pack: "secrets",
  finds:
    "Signatures and credentials in the query of a pre-signed URL: X-Amz-Signature, X-Goog-Signature, sig.",
  source:
    "OpenTelemetry semantic conventions, url.query; AWS Signature Version 4; Azure SAS; Google Cloud signed URLs",
  confidence: "likely",
  atoms: ["[?&](?:X-Amz-S|X-Amz-C|X-Goog-S|X-Goog-C|AWSAccessKeyId=|Signature=|sig=)"],
  pattern: String.raw`[?&](?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|X-Goog-Signature|X-Goog-Credential|AWSAccessKeyId|Signature|sig)=[^\s&#"'<>]+`,
  narrow: (match) => [match.indexOf("=") + 1, match.length],
  confirm: (candidate) => !isPlaceholder(candidate),
  examples: {
    match: [
      "GET /b/o?X-Amz-Date=20260822T000000Z&X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe",
      "https://acme.example.com/c?sv=2025-01-05&sig=Zm9vYmFy%3D",
    ],
    ignore: ["/a?X-Amz-Signature=REDACTED", "/a?design=new&signature=none", "sig=abc", "/a?Sig=abc"],
  },
});
