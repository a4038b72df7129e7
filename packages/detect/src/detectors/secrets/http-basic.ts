import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";

const SCHEME_LENGTH = "basic ".length;

export const httpBasic = defineDetector({
  id: "http_basic",
  type: "generic_secret",
  class: "credential",
  pack: "secrets",
  finds: "Credentials of HTTP basic authentication: base64 of user:password.",
  source: "RFC 7617",
  confidence: "certain",
  atoms: ["(?i:basic) [A-Za-z0-9+/]{4}"],
  pattern: "(?i:basic) [A-Za-z0-9+/]{4,}={0,2}",
  narrow: (match) => [SCHEME_LENGTH, match.length],
  confirm: isUserAndPassword,
  examples: {
    match: [
      madeUp("Authorization: Basic ", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
      madeUp("proxy basic ", "Ym9iOmh1bnRlcjI="),
    ],
    ignore: ["basic authentication failed", "Basic cmVhbG0=", "Basic REDACTED"],
  },
});

function isUserAndPassword(candidate: string): boolean {
  const decoded = Buffer.from(candidate, "base64").toString("latin1");
  for (let i = 0; i < decoded.length; i++) if (decoded.charCodeAt(i) < 0x20) return false;
  return decoded.includes(":");
}
