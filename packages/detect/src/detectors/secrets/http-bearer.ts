import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";
import { isFiller } from "../../validators/filler.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";
import { characterKinds } from "../../validators/secret-like.ts";

/** A run of letters this long is no word of a sentence. */
const LETTERS_MIN = 24;

/** The whole alphabet, or sixteen digits that count, are documentation. */
const ASCENT_MAX = 16;

export const httpBearer = defineDetector({
  id: "http_bearer",
  type: "generic_secret",
  class: "credential",
  pack: "secrets",
  finds: "Bearer tokens, and what any other scheme has in an Authorization header.",
  source: "RFC 6750 section 2.1; RFC 9110 section 11.4",
  confidence: "likely",
  atoms: [
    String.raw`(?i:bearer)[ \t=:][ \t]?[A-Za-z0-9._~+/-]`,
    String.raw`(?i:authorization)["']?[ \t]?[=:]`,
  ],
  pattern: String.raw`(?:(?i:bearer)(?:[ \t]|[=:][ \t]?)|(?i:authorization)["']?[ \t]?[=:][ \t]{0,4}["']?(?:[A-Za-z0-9-]+[ \t])?)[A-Za-z0-9._~+/-]{8,}=*`,
  narrow: (match) => [lastSeparator(match) + 1, match.length],
  confirm: (candidate) => {
    const { digits } = characterKinds(candidate);
    if (isFiller(candidate, ASCENT_MAX) || isPlaceholder(candidate)) return false;
    return digits > 0 || candidate.length >= LETTERS_MIN;
  },
  examples: {
    match: [
      madeUp("Authorization: Bearer ", "mF_9.B5f-4.1JqM"),
      madeUp("bearer ", "Ab9dEf0K7Qw2X4pL=="),
      madeUp('"authorization":"', 'Token 5eb4223e50087be6")'),
    ],
    ignore: [
      "Bearer authentication required",
      "bearer token missing",
      "Authorization: Bearer [REDACTED]",
      "Bearer REDACTED",
      "Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE",
    ],
  },
});

/** Padding may end the token, so that an equals sign there separates nothing. */
function lastSeparator(match: string): number {
  let index = match.length - 1;
  while (match[index] === "=") index--;
  while (!" \t=:\"'".includes(match[index]!)) index--;
  return index;
}
