import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";

/** A header is short; decoding more of a hostile one proves nothing. */
const HEADER_CHARACTERS_MAX = 4096;

export const jwt = defineDetector({
  id: "jwt",
  type: "jwt",
  class: "credential",
  pack: "secrets",
  finds: "JSON web tokens, signed or encrypted, also when a log cut the end off.",
  source: "RFC 7519; RFC 7515 section 7.1; RFC 7516 section 7.1",
  confidence: "certain",
  atoms: ["eyJ[A-Za-z0-9_-]{12}"],
  pattern: String.raw`eyJ[A-Za-z0-9_-]{12,}\.(?:eyJ)?[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,3}`,
  confirm: (candidate) => {
    const [header = "", payload = "", signature] = candidate.split(".");
    const json = Buffer.from(header.slice(0, HEADER_CHARACTERS_MAX), "base64url").toString("latin1");
    return (
      json.includes('"alg"') &&
      json.trimEnd().endsWith("}") &&
      (signature !== undefined || payload.startsWith("eyJ"))
    );
  },
  examples: {
    match: [
      madeUp(
        "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        ".eyJzdWIiOiIxMjM0In0",
        ".c2lnbmF0dXJlLW5vdC1yZWFs",
      ),
      madeUp("token eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiJqYW5lIi"),
    ],
    ignore: ["eyJmb28iOiJiYXIiLCJiYXoiOjF9.eyJhIjoxfQ.x", "eyJhbGciOiJIUzI1NiJ9", "eyJ.eyJ.x"],
  },
});
